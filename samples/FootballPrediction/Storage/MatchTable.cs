using System.Data.Common;
using System.Text;
using FootballPrediction.League;

namespace FootballPrediction.Storage;

/// <summary>Which matches are asked for; null asks for all.</summary>
internal sealed record MatchFilter(
    string? League = null,
    string? Season = null,
    string? Team = null,
    bool? Played = null,
    DateTimeOffset? From = null,
    DateTimeOffset? Until = null);

internal sealed class MatchTable(Database database)
{
    private const string Columns = "id, league, season, kick_off, home, away, home_goals, away_goals, received_at";

    /// <summary>A known score is only replaced by a score, and keeps the time at which the first one came.</summary>
    private const string Upsert =
        """
        INSERT INTO matches (id, league, season, kick_off, home, away, home_goals, away_goals, received_at)
        VALUES (@id, @league, @season, @kick_off, @home, @away, @home_goals, @away_goals, @received_at)
        ON CONFLICT (id) DO UPDATE SET
            kick_off = excluded.kick_off,
            home_goals = COALESCE(excluded.home_goals, matches.home_goals),
            away_goals = COALESCE(excluded.away_goals, matches.away_goals),
            received_at = COALESCE(matches.received_at, excluded.received_at)
        """;

    public Task SaveAsync(IEnumerable<Match> matches, CancellationToken cancellationToken) =>
        database.ExecuteManyAsync("save_matches", Upsert, matches.Select(Values), cancellationToken);

    public async Task<Match?> FindAsync(string id, CancellationToken cancellationToken)
    {
        List<Match> found = await database.QueryAsync(
            "find_match", $"SELECT {Columns} FROM matches WHERE id = @id", [new("id", id)], Read, cancellationToken);
        return found.Count == 0 ? null : found[0];
    }

    /// <summary>Those of the matches that are known, by id.</summary>
    public async Task<Dictionary<string, Match>> FindAllAsync(IEnumerable<string> ids, CancellationToken cancellationToken)
    {
        List<Match> found = await database.QueryKeysAsync(
            "find_matches", $"SELECT {Columns} FROM matches WHERE id IN", ids, Read, cancellationToken);
        return found.ToDictionary(match => match.Id);
    }

    /// <summary>The next match of the two that has not kicked off yet.</summary>
    public async Task<Match?> FindNextAsync(string home, string away, DateTimeOffset now, CancellationToken cancellationToken)
    {
        List<Match> found = await database.QueryAsync(
            "find_next_match",
            $"""
            SELECT {Columns} FROM matches
            WHERE home = @home AND away = @away AND kick_off > @now AND home_goals IS NULL
            ORDER BY kick_off LIMIT 1
            """,
            [new("home", home), new("away", away), new("now", now.ToUnixTimeMilliseconds())],
            Read,
            cancellationToken);
        return found.Count == 0 ? null : found[0];
    }

    /// <summary>In order of kick-off, <paramref name="skip"/> left out, at most <paramref name="take"/>.</summary>
    public Task<List<Match>> ListAsync(MatchFilter filter, int skip, int take, CancellationToken cancellationToken)
    {
        (string where, List<SqlValue> values) = Where(filter);
        values.Add(new("take", take));
        values.Add(new("skip", skip));
        string sql = $"SELECT {Columns} FROM matches{where} ORDER BY kick_off, id LIMIT @take OFFSET @skip";
        return database.QueryAsync("list_matches", sql, [.. values], Read, cancellationToken);
    }

    public async Task<int> CountAsync(MatchFilter filter, CancellationToken cancellationToken)
    {
        (string where, List<SqlValue> values) = Where(filter);
        List<long> counts = await database.QueryAsync(
            "count_matches", $"SELECT COUNT(*) FROM matches{where}", [.. values], reader => reader.GetInt64(0), cancellationToken);
        return (int)counts[0];
    }

    /// <summary>Every played match of a league, oldest first: what models are fitted to.</summary>
    public Task<List<Match>> ListPlayedAsync(string league, CancellationToken cancellationToken) =>
        ListAsync(new MatchFilter(League: league, Played: true), 0, int.MaxValue, cancellationToken);

    /// <summary>How many matches each league has played, and when it last did: changes whenever a result comes in.</summary>
    public Task<List<LeagueProgress>> LeaguesAsync(CancellationToken cancellationToken) =>
        database.QueryAsync(
            "list_leagues",
            """
            SELECT league, COUNT(home_goals), MAX(CASE WHEN home_goals IS NULL THEN NULL ELSE kick_off END)
            FROM matches GROUP BY league ORDER BY league
            """,
            [],
            reader => new LeagueProgress(reader.GetString(0), (int)reader.GetInt64(1), reader.IsDBNull(2) ? null : Time(reader.GetInt64(2))),
            cancellationToken);

    /// <summary>Every team, in the league that it last had a match in.</summary>
    public async Task<List<Team>> TeamsAsync(CancellationToken cancellationToken)
    {
        List<(Team Team, long Last)> seen = await database.QueryAsync(
            "list_teams",
            """
            SELECT name, league, MAX(kick_off) FROM (
                SELECT home AS name, league, kick_off FROM matches UNION ALL SELECT away, league, kick_off FROM matches) AS appearances
            GROUP BY name, league
            """,
            [],
            reader => (new Team(reader.GetString(0), reader.GetString(1)), reader.GetInt64(2)),
            cancellationToken);

        // Names that differ in case only would be one team to everyone who types them.
        return [.. seen.GroupBy(team => team.Team.Name, StringComparer.OrdinalIgnoreCase).Select(same => same.MaxBy(team => team.Last).Team)];
    }

    public Task<int> DeleteBeforeAsync(string league, DateTimeOffset kickOff, CancellationToken cancellationToken) =>
        database.ExecuteAsync(
            "prune_matches",
            "DELETE FROM matches WHERE league = @league AND kick_off < @before",
            [new("league", league), new("before", kickOff.ToUnixTimeMilliseconds())],
            cancellationToken);

    private static (string Sql, List<SqlValue> Values) Where(MatchFilter filter)
    {
        StringBuilder sql = new();
        List<SqlValue> values = [];
        Add(filter.League, "league = @league", "league");
        Add(filter.Season, "season = @season", "season");
        Add(filter.Team, "(home = @team OR away = @team)", "team");
        Add(filter.From?.ToUnixTimeMilliseconds(), "kick_off >= @from_time", "from_time");
        Add(filter.Until?.ToUnixTimeMilliseconds(), "kick_off < @until_time", "until_time");
        if (filter.Played is { } played)
        {
            sql.Append(sql.Length == 0 ? " WHERE " : " AND ").Append(played ? "home_goals IS NOT NULL" : "home_goals IS NULL");
        }

        return (sql.ToString(), values);

        void Add(object? value, string condition, string name)
        {
            if (value is not null)
            {
                sql.Append(sql.Length == 0 ? " WHERE " : " AND ").Append(condition);
                values.Add(new SqlValue(name, value));
            }
        }
    }

    private static SqlValue[] Values(Match match) =>
    [
        new("id", match.Id),
        new("league", match.League),
        new("season", match.Season),
        new("kick_off", match.KickOff.ToUnixTimeMilliseconds()),
        new("home", match.Home),
        new("away", match.Away),
        new("home_goals", match.Score?.Home),
        new("away_goals", match.Score?.Away),
        new("received_at", match.ResultReceivedAt?.ToUnixTimeMilliseconds()),
    ];

    private static Match Read(DbDataReader reader) => new(
        reader.GetString(0),
        reader.GetString(1),
        reader.GetString(2),
        Time(reader.GetInt64(3)),
        reader.GetString(4),
        reader.GetString(5),
        reader.IsDBNull(6) || reader.IsDBNull(7) ? null : new Score(reader.GetInt32(6), reader.GetInt32(7)),
        reader.IsDBNull(8) ? null : Time(reader.GetInt64(8)));

    private static DateTimeOffset Time(long unixMilliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(unixMilliseconds);
}

internal sealed record LeagueProgress(string League, int Played, DateTimeOffset? LastPlayed);

using FootballPrediction.Evaluation;
using FootballPrediction.Feed;
using FootballPrediction.League;
using FootballPrediction.Models;
using FootballPrediction.Storage;

namespace FootballPrediction.Tests.Storage;

/// <summary>What the tables promise, against every database that is there to be asked.</summary>
public sealed class StoreTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    private const string Sqlite = "sqlite";
    private const string Postgres = "postgresql";

    private static readonly DateTimeOffset Day = new(2024, 8, 10, 15, 0, 0, TimeSpan.Zero);

    public static TheoryData<string> Databases => PostgresServer.Programs is null ? [Sqlite] : [Sqlite, Postgres];

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_match_comes_back_as_it_was_saved(string database)
    {
        await using StoreUnderTest store = await OpenAsync(database);
        Match played = Fixture("m1", "Arsenal", "O'Fulham; DROP TABLE matches") with { Score = new Score(2, 1), ResultReceivedAt = Day.AddHours(3) };
        Match scheduled = Fixture("m2", "Fulham", "Arsenal");

        await store.Matches.SaveAsync([played, scheduled], CancellationToken.None);

        Dictionary<string, Match> found = await store.Matches.FindAllAsync(["m1", "m2", "m3"], CancellationToken.None);
        Assert.Equal(2, found.Count);
        Assert.Equal(played, found["m1"]);
        Assert.Equal(scheduled, await store.Matches.FindAsync("m2", CancellationToken.None));
        Assert.Null(await store.Matches.FindAsync("m3", CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_fixture_that_comes_after_its_result_does_not_undo_it(string database)
    {
        await using StoreUnderTest store = await OpenAsync(database);
        Match fixture = Fixture("m1", "A", "B");
        await store.Matches.SaveAsync([fixture with { Score = new Score(2, 1), ResultReceivedAt = Day.AddHours(3) }], CancellationToken.None);

        await store.Matches.SaveAsync([fixture], CancellationToken.None);

        Match found = (await store.Matches.FindAsync("m1", CancellationToken.None))!;
        Assert.Equal(new Score(2, 1), found.Score);
        Assert.Equal(Day.AddHours(3), found.ResultReceivedAt);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Matches_are_filtered_ordered_and_paged(string database)
    {
        await using StoreUnderTest store = await OpenAsync(database);
        await store.Matches.SaveAsync(
            [
                Fixture("c", "A", "B", 2),
                Fixture("a", "B", "A", 0) with { Score = new Score(0, 0) },
                Fixture("b", "A", "C", 1) with { Score = new Score(1, 0) },
                Fixture("d", "D", "E", 3) with { League = "Other", Season = "9" },
            ],
            CancellationToken.None);

        Assert.Equal("abcd", await ListAsync(store, new MatchFilter()));
        Assert.Equal("ac", await ListAsync(store, new MatchFilter(Team: "B")));
        Assert.Equal("ab", await ListAsync(store, new MatchFilter(Played: true)));
        Assert.Equal("cd", await ListAsync(store, new MatchFilter(Played: false)));
        Assert.Equal("d", await ListAsync(store, new MatchFilter(League: "Other", Season: "9")));
        Assert.Equal("bc", await ListAsync(store, new MatchFilter(From: Day.AddDays(1), Until: Day.AddDays(3))));
        Assert.Equal("bc", await ListAsync(store, new MatchFilter(), skip: 1, take: 2));
        Assert.Equal(3, await store.Matches.CountAsync(new MatchFilter(Team: "A"), CancellationToken.None));
        Assert.Equal("c", (await store.Matches.FindNextAsync("A", "B", Day, CancellationToken.None))!.Id);
        Assert.Null(await store.Matches.FindNextAsync("A", "B", Day.AddDays(2), CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Teams_belong_to_the_league_of_their_last_match(string database)
    {
        await using StoreUnderTest store = await OpenAsync(database);
        await store.Matches.SaveAsync(
            [
                Fixture("a", "Leeds", "Derby") with { League = "E1", Score = new Score(1, 0) },
                Fixture("b", "Arsenal", "Leeds", 300) with { League = "E0" },
            ],
            CancellationToken.None);

        List<Team> teams = await store.Matches.TeamsAsync(CancellationToken.None);
        Assert.Equal(
            [new Team("Arsenal", "E0"), new Team("Derby", "E1"), new Team("Leeds", "E0")],
            teams.OrderBy(team => team.Name, StringComparer.Ordinal));
        Assert.Equal(
            [new LeagueProgress("E0", 0, null), new LeagueProgress("E1", 1, Day)],
            await store.Matches.LeaguesAsync(CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Only_forecasts_made_before_kick_off_are_judged(string database)
    {
        await using StoreUnderTest store = await OpenAsync(database);
        await store.Matches.SaveAsync(
            [
                Fixture("early", "A", "B") with { Score = new Score(2, 0) },
                Fixture("tardy", "A", "C") with { Score = new Score(2, 0) },
                Fixture("asked", "A", "D") with { Score = new Score(2, 0) },
                Fixture("ahead", "A", "E", 5),
            ],
            CancellationToken.None);
        await store.Predictions.SaveAsync(
            [
                Forecast("early", Day.AddHours(-1)), Forecast("tardy", Day.AddMinutes(1)),
                Forecast("asked", Day.AddHours(-1)) with { ByService = false }, Forecast("ahead", Day),
            ],
            CancellationToken.None);

        JudgedForecast judged = Assert.Single(await store.Predictions.ListJudgedAsync("elo", 10, CancellationToken.None));
        Assert.Equal(Outcome.Home, judged.Result);
        Assert.Equal(new ScoreDistribution(new ScoreParameters(1.5, 1.25, -0.125)).Outcomes, judged.Forecast);
        Assert.Empty(await store.Predictions.ListJudgedAsync("dixon_coles", 10, CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_renewed_forecast_replaces_the_older_one(string database)
    {
        await using StoreUnderTest store = await OpenAsync(database);
        Prediction first = Forecast("m", Day.AddDays(-3));
        Prediction renewed = first with { CreatedAt = Day.AddDays(-1), Parameters = new ScoreParameters(2, 1, 0) };
        await store.Predictions.SaveAsync([first], CancellationToken.None);
        await store.Predictions.SaveAsync([renewed], CancellationToken.None);

        Assert.Equal(renewed, await store.Predictions.FindAsync(first.Id, CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Pruning_forgets_the_old_and_keeps_the_newest_answers(string database)
    {
        await using StoreUnderTest store = await OpenAsync(database);
        await store.Predictions.SaveAsync(
            [
                Forecast("old", Day.AddDays(-10)),
                Forecast("new", Day),
                .. Enumerable.Range(0, 5).Select(i => Forecast($"answer{i}", Day.AddMinutes(i)) with { ByService = false }),
            ],
            CancellationToken.None);

        await store.Predictions.PruneAsync(Day.AddDays(-5), answersKept: 2, CancellationToken.None);

        List<string> kept = [];
        foreach (string id in (string[])["old", "new", "answer0", "answer1", "answer2", "answer3", "answer4"])
        {
            if (await store.Predictions.FindAsync($"{id}.elo", CancellationToken.None) is not null)
            {
                kept.Add(id);
            }
        }

        Assert.Equal(["new", "answer2", "answer3", "answer4"], kept);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Quality_is_counted_over_what_is_due(string database)
    {
        await using StoreUnderTest store = await OpenAsync(database);
        DateTimeOffset now = Day.AddDays(2);
        await store.Matches.SaveAsync(
            [
                Fixture("in time", "A", "B") with { Score = new Score(1, 0), ResultReceivedAt = Day.AddHours(3) },
                Fixture("late", "C", "D") with { Score = new Score(1, 0), ResultReceivedAt = Day.AddHours(30) },
                Fixture("silent", "E", "F"),
                Fixture("not due", "A", "C") with { KickOff = now.AddHours(-3) },
                Fixture("ancient", "A", "D", -60),
            ],
            CancellationToken.None);
        await store.Feed.SaveAsync(
            [
                ("1", now, FeedVerdict.Accepted), ("2", now, FeedVerdict.Corrected), ("3", now, FeedVerdict.Incomplete),
                ("4", now, FeedVerdict.Invalid), ("5", now, FeedVerdict.Duplicate), ("6", now.AddDays(-40), FeedVerdict.Invalid),
            ],
            CancellationToken.None);

        QualityCounts counts = await store.Feed.CountAsync("L", now.AddDays(-28), now, TimeSpan.FromHours(6), CancellationToken.None);

        Assert.Equal(new QualityCounts(Ended: 3, Known: 2, InTime: 1, Messages: 5, Usable: 3), counts);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task More_keys_than_a_query_takes_are_asked_for_in_turns(string database)
    {
        await using StoreUnderTest store = await OpenAsync(database);
        string[] ids = [.. Enumerable.Range(0, 1500).Select(number => $"message {number}")];
        await store.Feed.SaveAsync(ids.Select(id => (id, Day, FeedVerdict.Accepted)), CancellationToken.None);

        Assert.Equal(1500, (await store.Feed.FindSeenAsync([.. ids, "another"], CancellationToken.None)).Count);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_setting_is_replaced(string database)
    {
        await using StoreUnderTest store = await OpenAsync(database);
        Assert.Null(await store.Settings.FindAsync("seed", CancellationToken.None));
        await store.Settings.SaveAsync("seed", "1", CancellationToken.None);
        await store.Settings.SaveAsync("seed", "2", CancellationToken.None);

        Assert.Equal("2", await store.Settings.FindAsync("seed", CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_batch_with_a_bad_row_changes_nothing(string database)
    {
        await using StoreUnderTest store = await OpenAsync(database);
        Match nameless = Fixture("m2", "A", "B") with { Home = null! };

        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() =>
            store.Matches.SaveAsync([Fixture("m1", "A", "B"), nameless], CancellationToken.None));

        Assert.Equal(0, await store.Matches.CountAsync(new MatchFilter(), CancellationToken.None));
    }

    private async Task<StoreUnderTest> OpenAsync(string database) => database == Sqlite
        ? await StoreUnderTest.SqliteAsync()
        : await StoreUnderTest.PostgresAsync(await postgres.CreateDatabaseAsync());

    private static async Task<string> ListAsync(StoreUnderTest store, MatchFilter filter, int skip = 0, int take = 100) =>
        string.Concat((await store.Matches.ListAsync(filter, skip, take, CancellationToken.None)).Select(match => match.Id));

    private static Match Fixture(string id, string home, string away, int days = 0) => new(id, "L", "1", Day.AddDays(days), home, away);

    private static Prediction Forecast(string match, DateTimeOffset at) =>
        new($"{match}.elo", at, true, match, "L", "A", "B", "elo", new ScoreParameters(1.5, 1.25, -0.125));
}

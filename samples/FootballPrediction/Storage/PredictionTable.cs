using System.Data.Common;
using FootballPrediction.Evaluation;
using FootballPrediction.League;
using FootballPrediction.Models;

namespace FootballPrediction.Storage;

/// <summary>What a model said about a pairing, kept as the few numbers that its distribution is made from.</summary>
/// <param name="ByService">The service's own forecast of a fixture, rather than an answer to a user.</param>
/// <param name="MatchId">The fixture that it is about; null for a pairing that is not on the calendar.</param>
internal sealed record Prediction(
    string Id,
    DateTimeOffset CreatedAt,
    bool ByService,
    string? MatchId,
    string League,
    string Home,
    string Away,
    string Model,
    ScoreParameters Parameters);

internal sealed class PredictionTable(Database database, PredictionCache cache)
{
    private const string Columns = "id, created_at, by_service, match_id, league, home, away, model, home_mean, away_mean, rho";

    private const string Upsert =
        """
        INSERT INTO predictions (id, created_at, by_service, match_id, league, home, away, model, home_mean, away_mean, rho)
        VALUES (@id, @created_at, @by_service, @match_id, @league, @home, @away, @model, @home_mean, @away_mean, @rho)
        ON CONFLICT (id) DO UPDATE SET
            created_at = excluded.created_at,
            home_mean = excluded.home_mean,
            away_mean = excluded.away_mean,
            rho = excluded.rho
        """;

    /// <summary>A prediction with a known id replaces the older one: the service renews its forecasts until kick-off.</summary>
    public Task SaveAsync(IEnumerable<Prediction> predictions, CancellationToken cancellationToken) =>
        database.ExecuteManyAsync("save_predictions", Upsert, predictions.Select(Values), cancellationToken);

    /// <summary>An answer to a user, who may ask for it again.</summary>
    public async Task SaveAnswerAsync(Prediction answer, CancellationToken cancellationToken)
    {
        await SaveAsync([answer], cancellationToken);
        await cache.KeepAsync(answer, cancellationToken);
    }

    public async Task<Prediction?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (await cache.FindAsync(id, cancellationToken) is { } kept)
        {
            return kept;
        }

        List<Prediction> found = await database.QueryAsync(
            "find_prediction", $"SELECT {Columns} FROM predictions WHERE id = @id", [new("id", id)], Read, cancellationToken);
        if (found.Count == 0)
        {
            return null;
        }

        // The service renews its own forecasts: of those only the database knows the latest.
        if (!found[0].ByService)
        {
            await cache.KeepAsync(found[0], cancellationToken);
        }

        return found[0];
    }

    /// <summary>
    /// The service's forecasts of the last matches that were played, each made before kick-off and hence, as a model only
    /// knows results, never about a match that the model was fitted to. One for each match, so that popular matches
    /// weigh no more than others.
    /// </summary>
    public Task<List<JudgedForecast>> ListJudgedAsync(string model, int last, CancellationToken cancellationToken) =>
        database.QueryAsync(
            "list_judged_predictions",
            """
            SELECT p.home_mean, p.away_mean, p.rho, m.home_goals, m.away_goals
            FROM predictions p JOIN matches m ON m.id = p.match_id
            WHERE p.by_service = 1 AND p.model = @model AND m.home_goals IS NOT NULL AND p.created_at < m.kick_off
            ORDER BY m.kick_off DESC, m.id LIMIT @last
            """,
            [new("model", model), new("last", last)],
            reader => new JudgedForecast(
                new ScoreDistribution(new ScoreParameters(reader.GetDouble(0), reader.GetDouble(1), reader.GetDouble(2))).Outcomes,
                new Score(reader.GetInt32(3), reader.GetInt32(4)).Outcome),
            cancellationToken);

    /// <summary>Forgets the service's forecasts from before a time, and all but the newest answers to users.</summary>
    public async Task PruneAsync(DateTimeOffset before, int answersKept, CancellationToken cancellationToken)
    {
        await database.ExecuteAsync(
            "prune_predictions",
            "DELETE FROM predictions WHERE created_at < @before",
            [new("before", before.ToUnixTimeMilliseconds())],
            cancellationToken);
        await database.ExecuteAsync(
            "prune_predictions",
            """
            DELETE FROM predictions WHERE by_service = 0 AND created_at < (
                SELECT created_at FROM predictions WHERE by_service = 0 ORDER BY created_at DESC LIMIT 1 OFFSET @kept)
            """,
            [new("kept", answersKept)],
            cancellationToken);
    }

    private static SqlValue[] Values(Prediction prediction) =>
    [
        new("id", prediction.Id),
        new("created_at", prediction.CreatedAt.ToUnixTimeMilliseconds()),
        new("by_service", prediction.ByService ? 1 : 0),
        new("match_id", prediction.MatchId),
        new("league", prediction.League),
        new("home", prediction.Home),
        new("away", prediction.Away),
        new("model", prediction.Model),
        new("home_mean", prediction.Parameters.HomeGoals),
        new("away_mean", prediction.Parameters.AwayGoals),
        new("rho", prediction.Parameters.Rho),
    ];

    private static Prediction Read(DbDataReader reader) => new(
        reader.GetString(0),
        DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(1)),
        reader.GetInt32(2) == 1,
        reader.IsDBNull(3) ? null : reader.GetString(3),
        reader.GetString(4),
        reader.GetString(5),
        reader.GetString(6),
        reader.GetString(7),
        new ScoreParameters(reader.GetDouble(8), reader.GetDouble(9), reader.GetDouble(10)));
}

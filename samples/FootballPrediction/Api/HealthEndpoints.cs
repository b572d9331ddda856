using System.Data.Common;
using FootballPrediction.Models;
using FootballPrediction.Simulation;
using FootballPrediction.Storage;

namespace FootballPrediction.Api;

internal sealed record DependencyAnswer(string Status, string Detail);

internal sealed record HealthAnswer(string Status, IReadOnlyDictionary<string, DependencyAnswer>? Dependencies = null);

internal static class HealthEndpoints
{
    private const string Healthy = "healthy";
    private const string Unhealthy = "unhealthy";

    /// <summary>A database that takes longer is as good as away.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", () => new HealthAnswer(Healthy));
        routes.MapGet("/health/ready", CheckAsync);
    }

    private static async Task<IResult> CheckAsync(
        Database database, ModelShelf shelf, FeedStatus feed, TimeProvider time, CancellationToken cancellationToken)
    {
        Dictionary<string, DependencyAnswer> dependencies = new()
        {
            ["database"] = await CheckDatabaseAsync(database, time, cancellationToken),
            ["feed"] = CheckFeed(feed),
            ["models"] = CheckModels(shelf.Current),
        };
        bool ready = dependencies.Values.All(dependency => dependency.Status == Healthy);
        return Results.Json(
            new HealthAnswer(ready ? "ready" : "not ready", dependencies),
            statusCode: ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<DependencyAnswer> CheckDatabaseAsync(Database database, TimeProvider time, CancellationToken cancellationToken)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        long start = time.GetTimestamp();
        try
        {
            await database.QueryAsync("ping", "SELECT 1", [], reader => reader.GetInt32(0), patience.Token);
            return new DependencyAnswer(Healthy, $"{database.Kind} answered in {time.GetElapsedTime(start).TotalMilliseconds:0.0} ms");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new DependencyAnswer(Unhealthy, $"{database.Kind} did not answer within {Patience.TotalSeconds} s");
        }
        catch (Exception error) when (error is DbException or IOException or TimeoutException)
        {
            // The message may name hosts and users: it goes to the log, by way of the season loop, not to callers.
            return new DependencyAnswer(Unhealthy, $"{database.Kind} cannot be reached or refuses the query");
        }
    }

    private static DependencyAnswer CheckFeed(FeedStatus feed) => feed.Age is { } age
        ? new DependencyAnswer(feed.Fresh ? Healthy : Unhealthy, $"last read {age.TotalSeconds:0.0} s ago")
        : new DependencyAnswer(Unhealthy, "not read yet");

    private static DependencyAnswer CheckModels(ModelSnapshot snapshot) => snapshot.Leagues.Count > 0
        ? new DependencyAnswer(Healthy, string.Join("; ", snapshot.Leagues.Values.Select(league => $"{league.League}: fitted to {league.Matches} matches")))
        : new DependencyAnswer(Unhealthy, "not fitted yet: there is no played match");
}

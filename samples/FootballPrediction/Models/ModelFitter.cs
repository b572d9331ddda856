using FootballPrediction.League;
using FootballPrediction.Metrics;
using FootballPrediction.Simulation;
using FootballPrediction.Storage;
using MathNet.Numerics.Optimization;

namespace FootballPrediction.Models;

/// <summary>Fits every model to every league whose results have changed since the last time.</summary>
internal sealed class ModelFitter(MatchTable matches, ModelShelf shelf, ServiceMetrics metrics, LeagueClock clock, TimeProvider time, ILogger<ModelFitter> logger)
{
    /// <returns>How many leagues were fitted anew.</returns>
    public async Task<int> RefitAsync(CancellationToken cancellationToken)
    {
        ModelSnapshot before = shelf.Current;
        Dictionary<string, FittedLeague> leagues = [];
        int fitted = 0;
        foreach (LeagueProgress progress in await matches.LeaguesAsync(cancellationToken))
        {
            FittedLeague? known = before.Leagues.GetValueOrDefault(progress.League);
            if (known is not null && known.Matches == progress.Played && known.LastPlayed == progress.LastPlayed)
            {
                leagues[progress.League] = known;
            }
            else if (progress.Played > 0)
            {
                leagues[progress.League] = await FitAsync(progress, known, cancellationToken);
                fitted++;
            }
        }

        TeamDirectory teams = new(await matches.TeamsAsync(cancellationToken));
        shelf.Replace(new ModelSnapshot(teams, leagues));
        return fitted;
    }

    private async Task<FittedLeague> FitAsync(LeagueProgress progress, FittedLeague? known, CancellationToken cancellationToken)
    {
        List<Match> played = await matches.ListPlayedAsync(progress.League, cancellationToken);
        List<IMatchModel> models = [];
        foreach (ModelKind kind in ModelKind.All)
        {
            long start = time.GetTimestamp();
            try
            {
                models.Add(kind.Fit(played));
            }
            catch (OptimizationException error)
            {
                logger.LogWarning("{Model} could not be fitted to {League}: {Reason}", kind.Name, progress.League, error.Message);
                models.AddRange(known?.Models.Where(model => model.Name == kind.Name) ?? []);
            }

            metrics.ModelFitted(kind.Name, played.Count, time.GetElapsedTime(start));
        }

        return new FittedLeague(progress.League, played.Count, progress.LastPlayed, clock.Now, models);
    }
}

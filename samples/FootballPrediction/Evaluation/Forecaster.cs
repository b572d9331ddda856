using FootballPrediction.League;
using FootballPrediction.Models;
using FootballPrediction.Simulation;
using FootballPrediction.Storage;

namespace FootballPrediction.Evaluation;

/// <summary>
/// Writes down what every model says about the matches ahead, before they are played: the only forecasts that are
/// evaluated. A later fit renews them until kick-off.
/// </summary>
internal sealed class Forecaster(MatchTable matches, PredictionTable predictions, ModelShelf shelf, LeagueClock clock)
{
    private const int MostMatches = 1000;

    /// <summary>A round and the Monday after it.</summary>
    private static readonly TimeSpan Horizon = TimeSpan.FromDays(9);

    public async Task ForecastAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.Now;
        MatchFilter ahead = new(Played: false, From: now.AddMilliseconds(1), Until: now + Horizon);
        List<Prediction> forecasts = [];
        foreach (Match match in await matches.ListAsync(ahead, 0, MostMatches, cancellationToken))
        {
            if (!shelf.Current.Leagues.TryGetValue(match.League, out FittedLeague? league))
            {
                continue;
            }

            foreach (IMatchModel model in league.Models)
            {
                if (model.Predict(match.Home, match.Away) is { } forecast)
                {
                    forecasts.Add(new Prediction(
                        $"{match.Id}.{model.Name}", now, true, match.Id, match.League, match.Home, match.Away, model.Name, forecast.Parameters));
                }
            }
        }

        await predictions.SaveAsync(forecasts, cancellationToken);
    }
}

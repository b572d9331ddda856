using FootballPrediction.League;
using FootballPrediction.Models;

namespace FootballPrediction.Evaluation;

/// <summary>How good a forecast was, now that the result is known.</summary>
internal static class ForecastScores
{
    /// <summary>A forecast of zero for what then happened costs this much instead of infinity.</summary>
    private const double SmallestProbability = 1e-12;

    public static double LogLoss(OutcomeProbabilities forecast, Outcome result) =>
        -Math.Log(Math.Max(SmallestProbability, forecast.Of(result)));

    /// <summary>
    /// The ranked probability score (Epstein 1969; for football, Constantinou and Fenton 2012): the squared distance
    /// between the cumulative forecast and the cumulative result over home, draw, away, halved. 0 is perfect, 1 worst; a
    /// home win foreseen as a draw costs less than one foreseen as an away win.
    /// </summary>
    public static double RankedProbability(OutcomeProbabilities forecast, Outcome result)
    {
        double first = forecast.Home - (result == Outcome.Home ? 1 : 0);
        double second = forecast.Home + forecast.Draw - (result == Outcome.Away ? 0 : 1);
        return 0.5 * ((first * first) + (second * second));
    }
}

/// <summary>A forecast made before kick-off, and the result.</summary>
internal readonly record struct JudgedForecast(OutcomeProbabilities Forecast, Outcome Result);

/// <summary>The averages over matches played since the forecasts were made. Without any match there are no averages.</summary>
internal sealed record ModelEvaluation(int Matches, double Accuracy, double LogLoss, double RankedProbabilityScore)
{
    public static ModelEvaluation? Of(IReadOnlyCollection<JudgedForecast> forecasts)
    {
        if (forecasts.Count == 0)
        {
            return null;
        }

        int right = 0;
        double logLoss = 0;
        double rankedProbability = 0;
        foreach ((OutcomeProbabilities forecast, Outcome result) in forecasts)
        {
            right += forecast.MostLikely == result ? 1 : 0;
            logLoss += ForecastScores.LogLoss(forecast, result);
            rankedProbability += ForecastScores.RankedProbability(forecast, result);
        }

        return new ModelEvaluation(
            forecasts.Count,
            (double)right / forecasts.Count,
            logLoss / forecasts.Count,
            rankedProbability / forecasts.Count);
    }
}

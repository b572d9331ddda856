using FootballPrediction.Evaluation;
using FootballPrediction.League;
using FootballPrediction.Models;

namespace FootballPrediction.Tests.Evaluation;

public sealed class ForecastScoresTests
{
    private static readonly OutcomeProbabilities Forecast = new(0.5, 0.3, 0.2);

    [Fact]
    public void Ranked_probability_score_matches_the_sum_done_by_hand()
    {
        // Cumulative forecast 0.5, 0.8; cumulative result 1, 1 then 0, 1 then 0, 0.
        Assert.Equal((0.25 + 0.04) / 2, ForecastScores.RankedProbability(Forecast, Outcome.Home), 12);
        Assert.Equal((0.25 + 0.04) / 2, ForecastScores.RankedProbability(Forecast, Outcome.Draw), 12);
        Assert.Equal((0.25 + 0.64) / 2, ForecastScores.RankedProbability(Forecast, Outcome.Away), 12);
    }

    [Fact]
    public void A_certain_and_right_forecast_scores_zero_and_the_opposite_one() => Assert.Multiple(
        () => Assert.Equal(0, ForecastScores.RankedProbability(new OutcomeProbabilities(0, 1, 0), Outcome.Draw)),
        () => Assert.Equal(1, ForecastScores.RankedProbability(new OutcomeProbabilities(1, 0, 0), Outcome.Away)));

    [Fact]
    public void Log_loss_is_the_logarithm_of_what_happened()
    {
        Assert.Equal(Math.Log(2), ForecastScores.LogLoss(Forecast, Outcome.Home), 12);
        Assert.Equal(-Math.Log(0.2), ForecastScores.LogLoss(Forecast, Outcome.Away), 12);
    }

    [Fact]
    public void Log_loss_of_the_impossible_is_large_but_finite() =>
        Assert.InRange(ForecastScores.LogLoss(new OutcomeProbabilities(1, 0, 0), Outcome.Away), 20, 30);

    [Fact]
    public void Evaluation_averages_over_the_matches()
    {
        ModelEvaluation evaluation = ModelEvaluation.Of(
        [
            new JudgedForecast(Forecast, Outcome.Home),
            new JudgedForecast(Forecast, Outcome.Away),
            new JudgedForecast(new OutcomeProbabilities(0.2, 0.2, 0.6), Outcome.Away),
            new JudgedForecast(new OutcomeProbabilities(0.3, 0.4, 0.3), Outcome.Draw),
        ])!;

        Assert.Equal(4, evaluation.Matches);
        Assert.Equal(0.75, evaluation.Accuracy);
        Assert.Equal(-(Math.Log(0.5) + Math.Log(0.2) + Math.Log(0.6) + Math.Log(0.4)) / 4, evaluation.LogLoss, 12);
        Assert.Equal((0.145 + 0.445 + 0.1 + 0.09) / 4, evaluation.RankedProbabilityScore, 12);
    }

    [Fact]
    public void Without_a_match_there_is_no_evaluation() => Assert.Null(ModelEvaluation.Of([]));
}

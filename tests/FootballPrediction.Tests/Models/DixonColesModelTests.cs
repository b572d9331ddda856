using FootballPrediction.League;
using FootballPrediction.Models;

namespace FootballPrediction.Tests.Models;

public sealed class DixonColesModelTests
{
    [Fact]
    public void Fit_recovers_the_parameters_that_the_results_were_drawn_from()
    {
        InventedResults results = new(teams: 20, doubleRounds: 20, seed: 1);

        DixonColesModel model = DixonColesModel.Fit(results.Matches);

        Assert.Equal(InventedResults.Base, model.Parameters["base"], 0.05);
        Assert.Equal(InventedResults.HomeAdvantage, model.Parameters["homeAdvantage"], 0.04);
        Assert.Equal(InventedResults.Rho, model.Parameters["rho"], 0.04);
        for (int team = 0; team < results.Names.Length; team++)
        {
            // About 1,000 goals each way: three standard errors.
            IReadOnlyDictionary<string, double> strength = model.Describe(results.Names[team]);
            Assert.Equal(results.Attack[team], strength["attack"], 0.12);
            Assert.Equal(results.Defence[team], strength["defence"], 0.12);
        }
    }

    [Fact]
    public void Predictions_come_close_to_the_truth()
    {
        InventedResults results = new(teams: 20, doubleRounds: 20, seed: 2);

        DixonColesModel model = DixonColesModel.Fit(results.Matches);

        OutcomeProbabilities truth = results.Truth(19, 0).Outcomes;
        OutcomeProbabilities predicted = model.Predict("Team 19", "Team 00")!.Outcomes;
        Assert.Equal(truth.Home, predicted.Home, 0.04);
        Assert.Equal(truth.Draw, predicted.Draw, 0.04);
        Assert.Equal(truth.Away, predicted.Away, 0.04);
    }

    [Fact]
    public void Recent_matches_weigh_more_than_old_ones()
    {
        List<Match> matches = [];
        for (int i = 0; i < 20; i++)
        {
            matches.Add(Play($"old-{i}", InventedResults.Day.AddYears(-4), new Score(3, 0)));
            matches.Add(Play($"new-{i}", InventedResults.Day, new Score(0, 3)));
        }

        OutcomeProbabilities outcomes = DixonColesModel.Fit(matches).Predict("A", "B")!.Outcomes;

        Assert.True(outcomes.Away > 0.8, $"away win {outcomes.Away}");
    }

    [Fact]
    public void A_team_that_never_scored_stays_finite()
    {
        List<Match> matches = [.. Enumerable.Range(0, 10).Select(i => Play($"{i}", InventedResults.Day, new Score(0, 2)))];

        ScoreDistribution forecast = DixonColesModel.Fit(matches).Predict("A", "B")!;

        Assert.InRange(forecast.Parameters.HomeGoals, 0.01, 0.6);
        Assert.True(forecast.Outcomes.Away > 0.5);
    }

    [Fact]
    public void An_unseen_team_is_not_guessed_at() =>
        Assert.Null(DixonColesModel.Fit([Play("1", InventedResults.Day, new Score(1, 0))]).Predict("A", "Nobody"));

    [Fact]
    public void Nothing_to_fit_to_is_refused() => Assert.Throws<ArgumentException>(() => DixonColesModel.Fit([]));

    private static Match Play(string id, DateTimeOffset kickOff, Score score) => new(id, "L", "1", kickOff, "A", "B", score);
}

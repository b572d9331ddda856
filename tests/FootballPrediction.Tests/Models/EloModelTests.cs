using FootballPrediction.League;
using FootballPrediction.Models;

namespace FootballPrediction.Tests.Models;

public sealed class EloModelTests
{
    [Fact]
    public void Rating_change_of_equals_is_what_the_formula_gives()
    {
        // The home side was expected to take 1 / (1 + 10^(-65/400)) = 0.59247 points; the step is 10 · (1 + 1).
        Assert.Equal(20 * (1 - 0.592466), EloModel.RatingChange(1500, 1500, new Score(1, 0)), 4);
        Assert.Equal(10 * (0.5 - 0.592466), EloModel.RatingChange(1500, 1500, new Score(2, 2)), 4);
        Assert.Equal(40 * -0.592466, EloModel.RatingChange(1500, 1500, new Score(0, 3)), 4);
    }

    [Fact]
    public void Beating_a_stronger_team_moves_more_than_beating_a_weaker_one() =>
        Assert.True(EloModel.RatingChange(1400, 1700, new Score(1, 0)) > 3 * EloModel.RatingChange(1700, 1400, new Score(1, 0)));

    [Fact]
    public void Ratings_keep_their_average_and_order_the_teams_by_their_true_strength()
    {
        InventedResults results = new(teams: 20, doubleRounds: 10, seed: 3);

        EloModel model = EloModel.Fit(Shuffled(results.Matches));

        double[] ratings = [.. results.Names.Select(name => model.Describe(name)["rating"])];
        double[] strengths = [.. results.Attack.Zip(results.Defence, (attack, defence) => attack + defence)];
        Assert.Equal(EloModel.StartRating, ratings.Average(), 6);
        Assert.True(Correlation(ratings, strengths) > 0.85, $"correlation {Correlation(ratings, strengths)}");
    }

    [Fact]
    public void Goal_regression_recovers_the_home_advantage()
    {
        InventedResults results = new(teams: 20, doubleRounds: 10, seed: 4);

        EloModel model = EloModel.Fit(Shuffled(results.Matches));

        Assert.Equal(InventedResults.HomeAdvantage, model.Parameters["homeAdvantage"], 0.06);
        Assert.True(model.Parameters["slope"] > 0.3);
    }

    [Fact]
    public void An_unseen_team_is_not_guessed_at() => Assert.Null(EloModel.Fit([]).Predict("A", "B"));

    private static List<Match> Shuffled(List<Match> matches)
    {
        Match[] order = [.. matches];
        new Random(9).Shuffle(order);
        return [.. order];
    }

    private static double Correlation(double[] left, double[] right)
    {
        double leftMean = left.Average();
        double rightMean = right.Average();
        double together = left.Zip(right, (l, r) => (l - leftMean) * (r - rightMean)).Sum();
        return together / Math.Sqrt(left.Sum(l => (l - leftMean) * (l - leftMean)) * right.Sum(r => (r - rightMean) * (r - rightMean)));
    }
}

using FootballPrediction.League;
using FootballPrediction.Models;

namespace FootballPrediction.Tests.Models;

public sealed class ScoreDistributionTests
{
    [Theory]
    [InlineData(1.4, 1.1, 0)]
    [InlineData(2.8, 0.4, -0.12)]
    [InlineData(0.05, 4.5, 0.1)]
    [InlineData(9, 9, 0.2)]
    public void Probabilities_add_up_to_one_and_are_never_negative(double home, double away, double rho)
    {
        ScoreDistribution distribution = new(new ScoreParameters(home, away, rho));

        double sum = 0;
        for (int h = 0; h <= ScoreDistribution.MostGoals; h++)
        {
            for (int a = 0; a <= ScoreDistribution.MostGoals; a++)
            {
                Assert.True(distribution[h, a] >= 0);
                sum += distribution[h, a];
            }
        }

        Assert.Equal(1, sum, 12);
        Assert.Equal(1, distribution.Outcomes.Home + distribution.Outcomes.Draw + distribution.Outcomes.Away, 12);
    }

    [Fact]
    public void Independent_goals_give_the_product_of_two_Poissons()
    {
        ScoreDistribution distribution = new(new ScoreParameters(1.5, 1, 0));

        // e^-1.5 · 1.5² / 2 · e^-1, and what lies beyond ten goals is less than a millionth.
        Assert.Equal(Math.Exp(-2.5) * 1.125, distribution[2, 1], 6);
        Assert.Equal(new Score(1, 0), distribution.MostLikelyScore);
    }

    [Fact]
    public void Tau_corrects_the_four_low_scores_as_the_paper_says()
    {
        Assert.Equal(1 + (1.5 * 1.2 * 0.1), ScoreDistribution.Tau(0, 0, 1.5, 1.2, -0.1), 12);
        Assert.Equal(1 - (1.5 * 0.1), ScoreDistribution.Tau(0, 1, 1.5, 1.2, -0.1), 12);
        Assert.Equal(1 - (1.2 * 0.1), ScoreDistribution.Tau(1, 0, 1.5, 1.2, -0.1), 12);
        Assert.Equal(1.1, ScoreDistribution.Tau(1, 1, 1.5, 1.2, -0.1), 12);
        Assert.Equal(1, ScoreDistribution.Tau(2, 0, 1.5, 1.2, -0.1));
    }

    [Fact]
    public void A_negative_rho_makes_draws_likelier_and_leaves_the_expected_goals()
    {
        ScoreDistribution independent = new(new ScoreParameters(1.3, 1.1, 0));
        ScoreDistribution corrected = new(new ScoreParameters(1.3, 1.1, -0.15));

        Assert.True(corrected.Outcomes.Draw > independent.Outcomes.Draw + 0.02);
        Assert.Equal(MeanHomeGoals(independent), MeanHomeGoals(corrected), 6);
    }

    [Fact]
    public void Sampling_draws_each_score_as_often_as_it_is_likely()
    {
        ScoreDistribution distribution = new(new ScoreParameters(1.4, 1.1, -0.08));
        Random random = new(5);
        const int Draws = 200_000;
        int oneOne = 0;
        for (int i = 0; i < Draws; i++)
        {
            oneOne += distribution.Sample(random.NextDouble()) == new Score(1, 1) ? 1 : 0;
        }

        Assert.Equal(distribution[1, 1], (double)oneOne / Draws, 0.003);
    }

    private static double MeanHomeGoals(ScoreDistribution distribution)
    {
        double mean = 0;
        for (int h = 0; h <= ScoreDistribution.MostGoals; h++)
        {
            for (int a = 0; a <= ScoreDistribution.MostGoals; a++)
            {
                mean += h * distribution[h, a];
            }
        }

        return mean;
    }
}

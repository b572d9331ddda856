using FootballPrediction.League;

namespace FootballPrediction.Models;

/// <summary>What a model believes about the home, drawn and away result; the three add up to one.</summary>
internal readonly record struct OutcomeProbabilities(double Home, double Draw, double Away)
{
    public double Of(Outcome outcome) => outcome switch
    {
        Outcome.Home => Home,
        Outcome.Draw => Draw,
        _ => Away,
    };

    public Outcome MostLikely => Home >= Draw && Home >= Away ? Outcome.Home : Away >= Draw ? Outcome.Away : Outcome.Draw;
}

/// <summary>What a score distribution is made from; small enough to store beside a prediction and rebuild it exactly.</summary>
internal readonly record struct ScoreParameters(double HomeGoals, double AwayGoals, double Rho);

/// <summary>
/// The probability of every score from 0-0 to 10-10: two Poisson distributions, with the correction of Dixon and Coles
/// (1997), equation 4.2, for the four lowest scores, which independent Poissons get wrong. Higher scores than 10 are
/// dropped and the rest scaled to one.
/// </summary>
internal sealed class ScoreDistribution
{
    public const int MostGoals = 10;

    private readonly double[,] _probabilities = new double[MostGoals + 1, MostGoals + 1];

    public ScoreDistribution(ScoreParameters parameters)
    {
        Parameters = parameters;
        Span<double> home = stackalloc double[MostGoals + 1];
        Span<double> away = stackalloc double[MostGoals + 1];
        FillPoisson(home, parameters.HomeGoals);
        FillPoisson(away, parameters.AwayGoals);

        double total = 0;
        for (int h = 0; h <= MostGoals; h++)
        {
            for (int a = 0; a <= MostGoals; a++)
            {
                double tau = Math.Max(0, Tau(h, a, parameters.HomeGoals, parameters.AwayGoals, parameters.Rho));
                _probabilities[h, a] = home[h] * away[a] * tau;
                total += _probabilities[h, a];
            }
        }

        double homeWin = 0;
        double draw = 0;
        double best = -1;
        for (int h = 0; h <= MostGoals; h++)
        {
            for (int a = 0; a <= MostGoals; a++)
            {
                double p = _probabilities[h, a] /= total;
                homeWin += h > a ? p : 0;
                draw += h == a ? p : 0;
                if (p > best)
                {
                    best = p;
                    MostLikelyScore = new Score(h, a);
                }
            }
        }

        Outcomes = new OutcomeProbabilities(homeWin, draw, 1 - homeWin - draw);
    }

    public ScoreParameters Parameters { get; }

    public OutcomeProbabilities Outcomes { get; }

    public Score MostLikelyScore { get; }

    public double this[int homeGoals, int awayGoals] => _probabilities[homeGoals, awayGoals];

    /// <summary>The score at the point <paramref name="uniform"/> (0 to 1) of the cumulative distribution.</summary>
    public Score Sample(double uniform)
    {
        double cumulative = 0;
        for (int h = 0; h <= MostGoals; h++)
        {
            for (int a = 0; a <= MostGoals; a++)
            {
                cumulative += _probabilities[h, a];
                if (uniform < cumulative)
                {
                    return new Score(h, a);
                }
            }
        }

        return MostLikelyScore;
    }

    /// <summary>Dixon and Coles's τ: how much likelier a low score is than independence says.</summary>
    public static double Tau(int homeGoals, int awayGoals, double homeMean, double awayMean, double rho) => (homeGoals, awayGoals) switch
    {
        (0, 0) => 1 - (homeMean * awayMean * rho),
        (0, 1) => 1 + (homeMean * rho),
        (1, 0) => 1 + (awayMean * rho),
        (1, 1) => 1 - rho,
        _ => 1,
    };

    private static void FillPoisson(Span<double> probabilities, double mean)
    {
        probabilities[0] = Math.Exp(-mean);
        for (int k = 1; k < probabilities.Length; k++)
        {
            probabilities[k] = probabilities[k - 1] * mean / k;
        }
    }
}

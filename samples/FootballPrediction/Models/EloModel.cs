using FootballPrediction.League;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;

namespace FootballPrediction.Models;

/// <summary>
/// Elo ratings (Elo 1978) with the goal difference weighing in as Hvattum and Arntzen (2010) do. Their ordered logit gives
/// outcomes only, so the expected goals come from a Poisson regression on the rating difference before each match,
/// log(home goals) = base + advantage + slope · d and log(away goals) = base − slope · d, fitted by maximum likelihood.
/// </summary>
internal sealed class EloModel : IMatchModel
{
    public const string ModelName = "elo";

    /// <summary>The rating of a team that nobody has seen play.</summary>
    public const double StartRating = 1500;

    /// <summary>k₀ and λ of Hvattum and Arntzen: a win by δ goals moves the rating by up to k₀·(1+δ)^λ.</summary>
    private const double StepSize = 10;

    /// <summary>Playing at home counts as this many points, as eloratings.net has it for club matches.</summary>
    private const double HomeAdvantage = 65;

    /// <summary>Ratings say little until a team has played some matches: these are not used for the regression.</summary>
    private const int SettlingMatches = 10;

    private readonly Dictionary<string, double> _ratings;
    private readonly GoalRegression _regression;

    private EloModel(Dictionary<string, double> ratings, GoalRegression regression)
    {
        _ratings = ratings;
        _regression = regression;
        Parameters = new Dictionary<string, double>
        {
            ["base"] = regression.Base,
            ["homeAdvantage"] = regression.HomeAdvantage,
            ["slope"] = regression.Slope,
        };
    }

    public string Name => ModelName;

    public IReadOnlyDictionary<string, double> Parameters { get; }

    public static EloModel Fit(IReadOnlyList<Match> played)
    {
        Dictionary<string, double> ratings = [];
        Dictionary<string, int> matches = [];
        List<Observation> observations = new(played.Count);
        foreach (Match match in played)
        {
            if (match.Score is not { } score)
            {
                continue;
            }

            double home = ratings.GetValueOrDefault(match.Home, StartRating);
            double away = ratings.GetValueOrDefault(match.Away, StartRating);
            int seen = Math.Min(matches.GetValueOrDefault(match.Home), matches.GetValueOrDefault(match.Away));
            if (seen >= SettlingMatches)
            {
                observations.Add(new Observation((home - away) / 400, score.Home, score.Away));
            }

            double change = RatingChange(home, away, score);
            ratings[match.Home] = home + change;
            ratings[match.Away] = away - change;
            matches[match.Home] = matches.GetValueOrDefault(match.Home) + 1;
            matches[match.Away] = matches.GetValueOrDefault(match.Away) + 1;
        }

        return new EloModel(ratings, GoalRegression.Fit(observations));
    }

    /// <summary>What the home team gains and the away team loses.</summary>
    public static double RatingChange(double home, double away, Score score)
    {
        double expected = 1 / (1 + Math.Pow(10, -(home + HomeAdvantage - away) / 400));
        double actual = score.Outcome switch
        {
            Outcome.Home => 1,
            Outcome.Draw => 0.5,
            _ => 0,
        };
        return StepSize * (1 + Math.Abs(score.Home - score.Away)) * (actual - expected);
    }

    public ScoreDistribution? Predict(string home, string away) =>
        _ratings.TryGetValue(home, out double homeRating) && _ratings.TryGetValue(away, out double awayRating)
            ? new ScoreDistribution(_regression.Expect((homeRating - awayRating) / 400))
            : null;

    public IReadOnlyDictionary<string, double> Describe(string team) =>
        _ratings.TryGetValue(team, out double rating) ? new Dictionary<string, double> { ["rating"] = rating } : [];

    /// <param name="Difference">The rating difference before the match, in units of 400 points.</param>
    private readonly record struct Observation(double Difference, int HomeGoals, int AwayGoals);

    private readonly record struct GoalRegression(double Base, double HomeAdvantage, double Slope)
    {
        /// <summary>About the goals of the big leagues, for a league with too few matches to tell.</summary>
        private static readonly GoalRegression Default = new(0.15, 0.25, 0.8);

        public static GoalRegression Fit(List<Observation> observations)
        {
            if (observations.Count < 30)
            {
                return Default;
            }

            Vector<double> start = Vector<double>.Build.DenseOfArray([Default.Base, Default.HomeAdvantage, Default.Slope]);
            IObjectiveFunction objective = ObjectiveFunction.Gradient(point => NegativeLogLikelihood(observations, point));
            MinimizationResult fit = new BfgsMinimizer(1e-6, 1e-8, 1e-10, 200).FindMinimum(objective, start);
            Vector<double> best = fit.MinimizingPoint;
            return new GoalRegression(best[0], best[1], best[2]);
        }

        public ScoreParameters Expect(double difference) =>
            new(Math.Exp(Base + HomeAdvantage + (Slope * difference)), Math.Exp(Base - (Slope * difference)), 0);

        private static (double Value, Vector<double> Gradient) NegativeLogLikelihood(List<Observation> observations, Vector<double> point)
        {
            double value = 0;
            double byBase = 0;
            double byAdvantage = 0;
            double bySlope = 0;
            foreach (Observation seen in observations)
            {
                double logHome = point[0] + point[1] + (point[2] * seen.Difference);
                double logAway = point[0] - (point[2] * seen.Difference);
                double home = Math.Exp(logHome);
                double away = Math.Exp(logAway);
                value += home - (seen.HomeGoals * logHome) + away - (seen.AwayGoals * logAway);
                byBase += home - seen.HomeGoals + away - seen.AwayGoals;
                byAdvantage += home - seen.HomeGoals;
                bySlope += seen.Difference * (home - seen.HomeGoals - (away - seen.AwayGoals));
            }

            // Per match, so that the tolerances mean the same for a short and a long history.
            return (value / observations.Count, Vector<double>.Build.DenseOfArray([byBase, byAdvantage, bySlope]) / observations.Count);
        }
    }
}

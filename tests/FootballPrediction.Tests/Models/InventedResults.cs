using FootballPrediction.League;
using FootballPrediction.Models;

namespace FootballPrediction.Tests.Models;

/// <summary>Results drawn from strengths that the test knows.</summary>
internal sealed class InventedResults
{
    public const double Base = 0.1;
    public const double HomeAdvantage = 0.3;
    public const double Rho = -0.1;

    public static readonly DateTimeOffset Day = new(2024, 1, 6, 15, 0, 0, TimeSpan.Zero);

    public InventedResults(int teams, int doubleRounds, int seed)
    {
        Random random = new(seed);
        Names = [.. Enumerable.Range(0, teams).Select(team => $"Team {team:00}")];

        // Evenly spread, so that the averages are zero exactly and the estimates can be compared one by one.
        Attack = [.. Enumerable.Range(0, teams).Select(team => 0.8 * ((team / (double)(teams - 1)) - 0.5))];
        Defence = [.. Enumerable.Range(0, teams).Select(team => 0.6 * ((team * 7 % teams / (double)(teams - 1)) - 0.5))];
        for (int round = 0; round < doubleRounds; round++)
        {
            for (int home = 0; home < teams; home++)
            {
                for (int away = 0; away < teams; away++)
                {
                    if (home != away)
                    {
                        Score score = Truth(home, away).Sample(random.NextDouble());
                        Matches.Add(new Match($"{round}-{home}-{away}", "L", "1", Day, Names[home], Names[away], score));
                    }
                }
            }
        }
    }

    public string[] Names { get; }

    public double[] Attack { get; }

    public double[] Defence { get; }

    public List<Match> Matches { get; } = [];

    public ScoreDistribution Truth(int home, int away) => new(new ScoreParameters(
        Math.Exp(Base + HomeAdvantage + Attack[home] - Defence[away]), Math.Exp(Base + Attack[away] - Defence[home]), Rho));
}

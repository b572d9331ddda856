using FootballPrediction.Models;

namespace FootballPrediction.Simulation;

/// <summary>
/// The invented league as it really is: strengths that nobody outside the simulation sees, and that drift from week to
/// week, so that yesterday's fit is never quite right. The same seed gives the same league.
/// </summary>
internal sealed class HiddenLeague
{
    public const string Name = "Premier Simulation";

    private const double LogBaseGoals = 0.18;
    private const double LogHomeAdvantage = 0.26;
    private const double Rho = -0.08;

    /// <summary>How far the teams lie apart, on the scale of log goals; about what the big European leagues show.</summary>
    private const double Spread = 0.28;

    /// <summary>Drift a week. The pull back to the average keeps the spread the same for ever.</summary>
    private const double WeeklyDrift = 0.02;

    private readonly Random _random;
    private readonly double[] _attack;
    private readonly double[] _defence;

    public HiddenLeague(int seed)
    {
        _random = new Random(seed);
        _attack = [.. TeamNames.Select(_ => Normal() * Spread)];
        _defence = [.. TeamNames.Select(_ => Normal() * Spread)];
    }

    public static IReadOnlyList<string> TeamNames { get; } =
    [
        "Alderbrook United", "Ashford Vale", "Blackmere Town", "Brindle Rovers", "Castle Harbour", "Coldwater City", "Dunmoor Athletic",
        "Eastgate Wanderers", "Fenwick Albion", "Greyfriars", "Hartwell County", "Ironbridge Works", "Kingsmarsh", "Larkfield Rangers",
        "Millhaven", "Northolt Castle", "Oakhurst", "Ravensby Town", "Silverton City", "Thornwick Athletic",
    ];

    public ScoreDistribution Truth(int home, int away) => new(new ScoreParameters(
        Math.Exp(LogBaseGoals + LogHomeAdvantage + _attack[home] - _defence[away]),
        Math.Exp(LogBaseGoals + _attack[away] - _defence[home]),
        Rho));

    public void PassWeek()
    {
        double pull = Math.Sqrt(1 - (WeeklyDrift * WeeklyDrift / (Spread * Spread)));
        for (int team = 0; team < _attack.Length; team++)
        {
            _attack[team] = (_attack[team] * pull) + (Normal() * WeeklyDrift);
            _defence[team] = (_defence[team] * pull) + (Normal() * WeeklyDrift);
        }
    }

    /// <summary>Box and Muller's normal deviate.</summary>
    private double Normal() =>
        Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
}

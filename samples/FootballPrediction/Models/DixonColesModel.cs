using FootballPrediction.League;

namespace FootballPrediction.Models;

/// <summary>
/// Dixon and Coles (1997): home goals and away goals are Poisson with means exp(base + advantage + attack_home −
/// defence_away) and exp(base + attack_away − defence_home), but for the low scores; see <see cref="DixonColesFit"/>.
/// </summary>
internal sealed class DixonColesModel : IMatchModel
{
    public const string ModelName = "dixon_coles";

    private readonly Dictionary<string, Strength> _strengths;
    private readonly double _base;
    private readonly double _homeAdvantage;
    private readonly double _rho;

    public DixonColesModel(double @base, double homeAdvantage, double rho, Dictionary<string, Strength> strengths)
    {
        _base = @base;
        _homeAdvantage = homeAdvantage;
        _rho = rho;
        _strengths = strengths;
        Parameters = new Dictionary<string, double>
        {
            ["base"] = @base,
            ["homeAdvantage"] = homeAdvantage,
            ["rho"] = rho,
            ["decayPerDay"] = DixonColesFit.DecayPerDay,
        };
    }

    public string Name => ModelName;

    public IReadOnlyDictionary<string, double> Parameters { get; }

    public static DixonColesModel Fit(IReadOnlyList<Match> played) => DixonColesFit.Run(played);

    public ScoreDistribution? Predict(string home, string away)
    {
        if (!_strengths.TryGetValue(home, out Strength homeStrength) || !_strengths.TryGetValue(away, out Strength awayStrength))
        {
            return null;
        }

        double homeGoals = Math.Exp(_base + _homeAdvantage + homeStrength.Attack - awayStrength.Defence);
        double awayGoals = Math.Exp(_base + awayStrength.Attack - homeStrength.Defence);
        return new ScoreDistribution(new ScoreParameters(homeGoals, awayGoals, _rho));
    }

    public IReadOnlyDictionary<string, double> Describe(string team) => _strengths.TryGetValue(team, out Strength strength)
        ? new Dictionary<string, double> { ["attack"] = strength.Attack, ["defence"] = strength.Defence }
        : [];

    /// <summary>On the scale of log goals, zero being the league's average; more is better for both.</summary>
    internal readonly record struct Strength(double Attack, double Defence);
}

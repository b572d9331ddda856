using FootballPrediction.League;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;

namespace FootballPrediction.Models;

/// <summary>
/// Maximum likelihood of Dixon and Coles (1997): equation 4.3's likelihood with 5.1's weights, so that a match t days ago
/// counts exp(−ξ t). A weak normal prior stands in for the paper's constraint that the strengths average to a constant,
/// and keeps a team finite that has never scored.
/// </summary>
internal sealed class DixonColesFit
{
    /// <summary>The paper found ξ = 0.0065 best, in units of half weeks.</summary>
    public const double DecayPerDay = 0.0065 / 3.5;

    /// <summary>Beyond this τ may go negative for ordinary goal averages; the paper's estimates lie around −0.1.</summary>
    private const double LargestRho = 0.2;

    /// <summary>One match's worth of information about each strength, which has a standard deviation of about 0.3.</summary>
    private const double PriorPrecision = 1;

    /// <summary>Home teams score about a quarter more in every league; it matters only where there are few matches.</summary>
    private const double TypicalAdvantage = 0.25;

    private const double SmallestTau = 1e-4;

    // The layout of the vector that is optimised: three for the league, then the attacks, then the defences.
    private const int BaseAt = 0;
    private const int AdvantageAt = 1;
    private const int RhoAt = 2;
    private const int FirstTeamAt = 3;

    private readonly Observation[] _observations;
    private readonly string[] _teams;
    private readonly double _totalWeight;

    private DixonColesFit(Observation[] observations, string[] teams)
    {
        _observations = observations;
        _teams = teams;
        _totalWeight = observations.Sum(seen => seen.Weight);
    }

    /// <exception cref="ArgumentException">No match has a score.</exception>
    public static DixonColesModel Run(IReadOnlyList<Match> played)
    {
        Match[] scored = [.. played.Where(match => match.Played)];
        if (scored.Length == 0)
        {
            throw new ArgumentException("There is no played match to fit to.", nameof(played));
        }

        DateTimeOffset latest = scored.Max(match => match.KickOff);
        string[] teams = [.. scored.SelectMany(match => new[] { match.Home, match.Away }).Distinct().Order(StringComparer.Ordinal)];
        Dictionary<string, int> numbers = teams.Select((name, number) => (name, number)).ToDictionary(team => team.name, team => team.number);
        Observation[] observations =
        [
            .. scored.Select(match => new Observation(
                numbers[match.Home],
                numbers[match.Away],
                match.Score!.Value,
                Math.Exp(-DecayPerDay * (latest - match.KickOff).TotalDays))),
        ];
        return new DixonColesFit(observations, teams).Minimise();
    }

    private DixonColesModel Minimise()
    {
        Vector<double> start = Vector<double>.Build.Dense(FirstTeamAt + (2 * _teams.Length));
        double goals = _observations.Sum(seen => seen.Weight * (seen.Score.Home + seen.Score.Away));
        start[BaseAt] = Math.Log(Math.Max(0.1, goals / (2 * _totalWeight)));
        start[AdvantageAt] = TypicalAdvantage;

        IObjectiveFunction objective = ObjectiveFunction.Gradient(NegativeLogLikelihood);
        MinimizationResult fit = new LimitedMemoryBfgsMinimizer(1e-6, 1e-7, 1e-9, 10, 500).FindMinimum(objective, start);
        Vector<double> best = fit.MinimizingPoint;
        Dictionary<string, DixonColesModel.Strength> strengths = new(StringComparer.Ordinal);
        for (int team = 0; team < _teams.Length; team++)
        {
            strengths[_teams[team]] = new DixonColesModel.Strength(best[FirstTeamAt + team], best[FirstTeamAt + _teams.Length + team]);
        }

        return new DixonColesModel(best[BaseAt], best[AdvantageAt], LargestRho * Math.Tanh(best[RhoAt]), strengths);
    }

    private (double Value, Vector<double> Gradient) NegativeLogLikelihood(Vector<double> point)
    {
        double[] p = point.AsArray() ?? point.ToArray();
        double[] gradient = new double[p.Length];
        double value = 0;
        double tanh = Math.Tanh(p[RhoAt]);
        double rho = LargestRho * tanh;
        double byRho = 0;

        foreach (ref readonly Observation seen in _observations.AsSpan())
        {
            int homeAttack = FirstTeamAt + seen.Home;
            int awayAttack = FirstTeamAt + seen.Away;
            int homeDefence = homeAttack + _teams.Length;
            int awayDefence = awayAttack + _teams.Length;
            double logHome = p[BaseAt] + p[AdvantageAt] + p[homeAttack] - p[awayDefence];
            double logAway = p[BaseAt] + p[awayAttack] - p[homeDefence];
            double home = Math.Exp(logHome);
            double away = Math.Exp(logAway);

            double tau = ScoreDistribution.Tau(seen.Score.Home, seen.Score.Away, home, away, rho);
            TauSlopes slopes = TauSlopes.At(seen.Score, home, away, rho);
            if (tau < SmallestTau)
            {
                tau = SmallestTau;
                slopes = default;
            }

            value += seen.Weight * (home - (seen.Score.Home * logHome) + away - (seen.Score.Away * logAway) - Math.Log(tau));
            double byLogHome = seen.Weight * (home - seen.Score.Home - (slopes.ByHome * home / tau));
            double byLogAway = seen.Weight * (away - seen.Score.Away - (slopes.ByAway * away / tau));
            byRho -= seen.Weight * slopes.ByRho / tau;

            gradient[BaseAt] += byLogHome + byLogAway;
            gradient[AdvantageAt] += byLogHome;
            gradient[homeAttack] += byLogHome;
            gradient[awayDefence] -= byLogHome;
            gradient[awayAttack] += byLogAway;
            gradient[homeDefence] -= byLogAway;
        }

        gradient[RhoAt] = byRho * LargestRho * (1 - (tanh * tanh));
        for (int i = 0; i < p.Length; i++)
        {
            double typical = i == AdvantageAt ? TypicalAdvantage : 0;
            value += 0.5 * PriorPrecision * (p[i] - typical) * (p[i] - typical);
            gradient[i] += PriorPrecision * (p[i] - typical);
        }

        // Per unit of weight, so that the tolerances mean the same for a short and a long history.
        return (value / _totalWeight, Vector<double>.Build.Dense(gradient) / _totalWeight);
    }

    private readonly record struct Observation(int Home, int Away, Score Score, double Weight);

    /// <summary>How τ changes with the two means and ρ.</summary>
    private readonly record struct TauSlopes(double ByHome, double ByAway, double ByRho)
    {
        public static TauSlopes At(Score score, double home, double away, double rho) => (score.Home, score.Away) switch
        {
            (0, 0) => new TauSlopes(-away * rho, -home * rho, -home * away),
            (0, 1) => new TauSlopes(rho, 0, home),
            (1, 0) => new TauSlopes(0, rho, away),
            (1, 1) => new TauSlopes(0, 0, -1),
            _ => default,
        };
    }
}

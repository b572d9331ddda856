using System.Globalization;
using FootballPrediction.League;

namespace FootballPrediction.Faults;

/// <summary>A fault that can be switched on, and what its number means.</summary>
internal sealed record Fault(string Name, string Description, double DefaultValue, double Most);

/// <summary>An error that was asked for.</summary>
internal sealed class InjectedFaultException() : Exception("The fault \"errors\" is switched on and hit this request.");

/// <summary>Which faults are switched on. Thread-safe; everything is off unless somebody asks.</summary>
internal sealed class FaultBoard
{
    public const string CrashAtStart = "crash_at_start";

    private const string SlowQueries = "slow_queries";
    private const string Errors = "errors";
    private const string Leak = "leak";

    public static readonly IReadOnlyList<Fault> Known =
    [
        new(SlowQueries, "every database query takes this many seconds longer", 1, 30),
        new(Errors, "this share of the API's requests fails with status 500", 0.5, 1),
        new(CrashAtStart, "the process ends with exit code 3 as soon as it starts; only by command line or environment", 1, 1),
        new(Leak, "this many MiB of memory are lost each second, up to 512 MiB in all, until it is switched off", 8, 256),
    ];

    private readonly Lock _gate = new();
    private readonly Dictionary<string, double> _active = [];

    public TimeSpan? QueryDelay => Value(SlowQueries) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    public double? LeakMebibytesPerSecond => Value(Leak);

    public bool CrashesAtStart => Value(CrashAtStart) is not null;

    public IReadOnlyDictionary<string, double> Active
    {
        get
        {
            lock (_gate)
            {
                return new Dictionary<string, double>(_active);
            }
        }
    }

    /// <summary>Reads "slow_queries=0.8,errors=0.3,crash_at_start". Says what is wrong, or null.</summary>
    public string? TrySwitchOnAll(string list)
    {
        foreach (string item in list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string[] parts = item.Split('=', 2, StringSplitOptions.TrimEntries);
            double? value = null;
            if (parts.Length == 2)
            {
                if (!double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out double number))
                {
                    return $"\"{parts[1]}\" in fault \"{item}\" is not a number";
                }

                value = number;
            }

            if (TrySwitchOn(parts[0], value) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    /// <summary>Says what is wrong, or null when the fault is on.</summary>
    public string? TrySwitchOn(string name, double? value)
    {
        Fault? fault = Known.FirstOrDefault(known => known.Name == name);
        if (fault is null)
        {
            string? nearest = Suggestion.Nearest(name, Known.Select(known => known.Name));
            string hint = nearest is null ? "known are " + string.Join(", ", Known.Select(known => known.Name)) : $"did you mean \"{nearest}\"?";
            return $"unknown fault \"{name}\"; {hint}";
        }

        double chosen = value ?? fault.DefaultValue;
        if (!(chosen > 0 && chosen <= fault.Most))
        {
            return string.Create(CultureInfo.InvariantCulture, $"the value of \"{name}\" must lie above 0 and be at most {fault.Most}");
        }

        lock (_gate)
        {
            _active[name] = chosen;
        }

        return null;
    }

    /// <returns>False when it was not on.</returns>
    public bool SwitchOff(string name)
    {
        lock (_gate)
        {
            return _active.Remove(name);
        }
    }

    public void SwitchOffAll()
    {
        lock (_gate)
        {
            _active.Clear();
        }
    }

    /// <exception cref="InjectedFaultException">The fault "errors" is on, and it is this request's turn.</exception>
    public void FailPerhaps()
    {
        if (Value(Errors) is { } share && Random.Shared.NextDouble() < share)
        {
            throw new InjectedFaultException();
        }
    }

    private double? Value(string name)
    {
        lock (_gate)
        {
            return _active.TryGetValue(name, out double value) ? value : null;
        }
    }
}

using Touchline.Model;

namespace Touchline.Push.StatsD;

/// <summary>One measurement, as a line of StatsD tells it.</summary>
public readonly record struct StatsDEvent
{
    public required StatsDType Type { get; init; }

    /// <summary>As sent, dots included.</summary>
    public required string Name { get; init; }

    /// <summary>Sorted by name, names of the classic alphabet.</summary>
    public required IReadOnlyList<Label> Labels { get; init; }

    /// <summary>Counters after correction for sampling; timers in seconds.</summary>
    public double Value { get; init; }

    /// <summary>Whether a gauge moves by the value instead of taking it.</summary>
    public bool IsRelative { get; init; }

    /// <summary>How often an observation counts, as it stands for others that were not sent.</summary>
    public long Times { get; init; }

    /// <summary>The member of a set.</summary>
    public string Member { get; init; }
}

using Touchline.Model;

namespace Touchline.Push.StatsD;

/// <summary>What an event becomes in the terms of Prometheus.</summary>
internal readonly record struct MappedEvent
{
    public required string Name { get; init; }

    /// <summary>Sorted by name.</summary>
    public required IReadOnlyList<Label> Labels { get; init; }

    public required string Help { get; init; }

    /// <summary>Whether a mapping matched.</summary>
    public bool IsMapped { get; init; }

    public bool IsDropped { get; init; }

    public double Scale { get; init; }

    /// <summary>Null where the server's holds.</summary>
    public TimeSpan? Ttl { get; init; }

    /// <summary>Whether a timer becomes a histogram rather than a summary.</summary>
    public bool IsHistogram { get; init; }

    /// <summary>Upper bounds of a histogram, ascending, without infinity.</summary>
    public required IReadOnlyList<double> Buckets { get; init; }

    /// <summary>Null where it has classic buckets only.</summary>
    public NativeShape? Native { get; init; }

    public required SummaryShape Summary { get; init; }

    /// <summary>Whether tags of the event stand over labels of the mapping.</summary>
    public bool HonorsLabels { get; init; }
}

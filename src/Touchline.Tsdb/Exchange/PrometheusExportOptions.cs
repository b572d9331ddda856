using Touchline.Model;

namespace Touchline.Tsdb.Exchange;

/// <summary>What to export and where to.</summary>
public sealed record PrometheusExportOptions
{
    /// <summary>A data directory of ours.</summary>
    public required string Source { get; init; }

    /// <summary>Where the blocks are written; made where it does not exist.</summary>
    public required string Target { get; init; }

    /// <summary>The first time, in ms since the Unix epoch.</summary>
    public long MinTimeMs { get; init; } = long.MinValue;

    /// <summary>The last time, in ms since the Unix epoch.</summary>
    public long MaxTimeMs { get; init; } = long.MaxValue;

    /// <summary>Only series that pass every matcher of one of these; all of them where there is none.</summary>
    public IReadOnlyList<IReadOnlyList<LabelMatcher>> Selectors { get; init; } = [];
}

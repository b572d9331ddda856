namespace Touchline.Tsdb.Inspection;

/// <summary>What a data directory's blocks are made of. Lists are ordered by what they are named after, the largest first.</summary>
public sealed record AnalyzeReport
{
    public IReadOnlyList<ListedBlock> Blocks { get; init; } = [];

    /// <summary>The block that counts of series, labels and churn are of: the newest that covers a whole range; null where there is none.</summary>
    public string? CountedBlock { get; init; }

    public long Series { get; init; }

    /// <summary>Different pairs of label and value.</summary>
    public long LabelPairs { get; init; }

    public long LabelNames { get; init; }

    /// <summary>Pairs of label and value of all series together: what the lists of series by pair hold.</summary>
    public long PostingsEntries { get; init; }

    /// <summary>Samples of all blocks, and the bytes of their values.</summary>
    public long Samples { get; init; }

    public long ValueBytes { get; init; }

    /// <summary>Bytes of times, which series share, and of indexes.</summary>
    public long TimeBytes { get; init; }

    public long IndexBytes { get; init; }

    public IReadOnlyList<MetricShare> MetricsByBytes { get; init; } = [];

    public IReadOnlyList<CodecShare> CodecsByBytes { get; init; } = [];

    public IReadOnlyList<CountedName> MetricsBySeries { get; init; } = [];

    public IReadOnlyList<CountedName> LabelsByValues { get; init; } = [];

    public IReadOnlyList<CountedName> PairsBySeries { get; init; } = [];

    /// <summary>
    /// Pairs by the series that came or went within the block: a series that is there for a quarter of its time counts as three quarters.
    /// </summary>
    public IReadOnlyList<ChurningPair> PairsByChurn { get; init; } = [];

    /// <summary>Label names by the series that came or went with any of their values, as for pairs.</summary>
    public IReadOnlyList<ChurningPair> LabelsByChurn { get; init; } = [];

    /// <summary>Label names by the characters of all their values together.</summary>
    public IReadOnlyList<CountedName> LabelsByLength { get; init; } = [];

    /// <summary>Blocks that could not be read.</summary>
    public IReadOnlyList<string> Damage { get; init; } = [];
}

/// <summary>What a metric takes: samples of all blocks and the bytes of their values.</summary>
public sealed record MetricShare(string Name, long Samples, long Bytes);

/// <summary>What an encoding takes.</summary>
public sealed record CodecShare(string Name, long Chunks, long Samples, long Bytes);

/// <summary>A name and how many there are of it.</summary>
public sealed record CountedName(string Name, long Count);

/// <summary>A pair of label and value, or a label name, and how many series came or went with it.</summary>
public sealed record ChurningPair(string Pair, double Series);

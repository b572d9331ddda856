namespace Touchline.Tsdb.Exchange;

/// <summary>What an import has done until now.</summary>
internal sealed class ImportTally
{
    private readonly List<string> _blocks = [];

    public IReadOnlyList<string> Blocks => _blocks;

    public long Samples { get; private set; }

    public long Duplicates { get; private set; }

    public long FirstTimeMs { get; private set; } = long.MaxValue;

    public long LastTimeMs { get; private set; } = long.MinValue;

    /// <summary>Bytes of the source behind us, and all of them.</summary>
    public long Done { get; set; }

    public long Total { get; set; }

    /// <summary>Finishes a block and counts it; false where it would have been empty.</summary>
    public bool Finish(ImportedBlockWriter writer, string name)
    {
        var finished = writer.Finish();
        Samples += writer.Samples;
        Duplicates += writer.Duplicates;
        if (finished)
        {
            _blocks.Add(name);
            FirstTimeMs = Math.Min(FirstTimeMs, writer.FirstTimeMs);
            LastTimeMs = Math.Max(LastTimeMs, writer.LastTimeMs);
        }
        return finished;
    }
}

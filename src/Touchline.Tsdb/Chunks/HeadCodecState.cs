namespace Touchline.Tsdb.Chunks;

/// <summary>What the encoder of an open chunk remembers of the samples before. 40 bytes a series.</summary>
internal struct HeadCodecState
{
    /// <summary>The newest sample's time; outlives the chunk.</summary>
    public long LastTime;

    public long Mantissa;

    /// <summary>The newest value's bits, or a fingerprint of the newest histogram; outlives the chunk.</summary>
    public ulong ValueBits;

    public int LastDelta;

    /// <summary>Length of what is encoded so far.</summary>
    public int Bytes;

    /// <summary>Samples so far.</summary>
    public ushort Count;

    /// <summary>How often the value came again, at regular times: from the second time on, a run is open.</summary>
    public ushort Repeats;

    public byte Exponent;

    /// <summary>Values in a row for which no exponent was found: the search is expensive and becomes rare.</summary>
    public byte Misses;

    private byte _flags;

    /// <summary>Samples in a row that were not as the mode expects.</summary>
    public byte Surprises;

    /// <summary>Whether every sample brings its own change of the time's difference.</summary>
    public bool IsIrregular
    {
        readonly get => (_flags & 1) != 0;
        set => _flags = (byte)(value ? _flags | 1 : _flags & ~1);
    }

    /// <summary>Whether a staleness marker is among the samples.</summary>
    public bool HasMarks
    {
        readonly get => (_flags & 2) != 0;
        set => _flags = (byte)(value ? _flags | 2 : _flags & ~2);
    }

    /// <summary>Forgets everything but the newest sample.</summary>
    public void BeginChunk() => this = new HeadCodecState { LastTime = LastTime, ValueBits = ValueBits };
}

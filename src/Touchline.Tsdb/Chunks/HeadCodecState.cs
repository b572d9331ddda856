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

    // What follows sets fields one by one, because readers look at some without a lock: where a struct is assigned as a whole, the compiler may write all
    // its bytes first and the fields that differ after, so that a reader saw a count of samples whose bytes were not there yet.

    /// <summary>Forgets everything but the newest sample.</summary>
    public void BeginChunk()
    {
        Count = 0;
        Bytes = 0;
        Mantissa = 0;
        LastDelta = 0;
        Repeats = 0;
        Exponent = 0;
        Misses = 0;
        _flags = 0;
        Surprises = 0;
    }

    /// <summary>Takes over all but what readers go by: <see cref="LastTime"/>, <see cref="Bytes"/> and <see cref="Count"/>.</summary>
    public void TakeEncoder(in HeadCodecState from)
    {
        Mantissa = from.Mantissa;
        ValueBits = from.ValueBits;
        LastDelta = from.LastDelta;
        Repeats = from.Repeats;
        Exponent = from.Exponent;
        Misses = from.Misses;
        _flags = from._flags;
        Surprises = from.Surprises;
    }
}

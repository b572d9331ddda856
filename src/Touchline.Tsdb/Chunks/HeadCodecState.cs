namespace Touchline.Tsdb.Chunks;

/// <summary>What the encoder of an open chunk remembers of the samples before. 40 bytes a series; the default is "no sample yet".</summary>
internal struct HeadCodecState
{
    public long LastTime;
    public long LastDelta;
    public long Mantissa;
    public ulong ValueBits;

    /// <summary>Samples so far.</summary>
    public ushort Count;

    public byte Exponent;

    /// <summary>Values in a row for which no exponent was found: the search is expensive and becomes rare.</summary>
    public byte Misses;
}

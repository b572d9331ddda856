namespace Touchline.Tsdb.Prometheus;

/// <summary>A chunk as the index of a Prometheus block names it: the number of its segment in the upper half of the reference, its offset in the lower.</summary>
internal readonly record struct PrometheusChunkMeta(long MinTime, long MaxTime, ulong Reference)
{
    /// <summary>From 0; the file is called one more.</summary>
    public int Segment => (int)(Reference >> 32);

    public long Offset => (uint)Reference;
}

using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Head;

/// <summary>
/// What a batch is gathered in. A batch of 50,000 samples takes megabytes; made anew for each they had the collector go through the whole heap
/// after every scrape, which took a fifth of the CPU of benchmarks/parse.
/// </summary>
internal sealed class BatchBuffers
{
    /// <summary>Buffers that one huge batch made larger are not kept for the next: 4 MiB each.</summary>
    public const int KeepRecordBytes = 4 << 20;

    private const int KeepSamples = 100_000;

    public List<PendingSample> Samples { get; } = [];

    public ByteBuffer Record { get; } = new();

    public ByteBuffer Histogram { get; } = new();

    public void Clear()
    {
        Samples.Clear();
        if (Samples.Capacity > KeepSamples)
        {
            Samples.Capacity = 0;
        }
        Record.Clear(KeepRecordBytes);
        Histogram.Clear(KeepRecordBytes);
    }
}

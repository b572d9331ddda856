namespace Touchline.Benchmarks.Streams;

/// <summary>
/// Series and their samples, step by step, the same at every run. A step is one scrape of every target; series are numbered target by
/// target, and the targets' scrapes are spread over the step as Prometheus spreads them.
/// </summary>
internal abstract class WriteStream(int targets, int steps, long startMs)
{
    public const int StepMs = 15_000;

    /// <summary>Stands for a series that a scrape does not have: a NaN that no exporter sends.</summary>
    public const long AbsentBits = 0x7ff8_dead_0000_0001;

    public int Targets => targets;

    public int Steps => steps;

    public long StartMs => startMs;

    /// <summary>The first time behind the last sample.</summary>
    public long EndMs => startMs + (long)steps * StepMs;

    public abstract string Description { get; }

    public abstract int Series { get; }

    public abstract int TargetOf(int series);

    /// <summary>The labels, sorted by name, as the repeated field `labels` of a remote write 1.0 time series.</summary>
    public abstract ReadOnlySpan<byte> EncodedLabels(int series);

    /// <summary>The values of all series in the next step; steps are asked for in order, from 0.</summary>
    public abstract void NextValues(int step, Span<double> into);

    public virtual long Time(int target, int step) => startMs + (long)step * StepMs + (long)target * StepMs / targets;

    /// <summary>A start so that the stream ends about now: the newest step is complete and nothing of it lies ahead of the clock.</summary>
    public static long StartOf(int steps) =>
        DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / StepMs * StepMs - (long)steps * StepMs;
}

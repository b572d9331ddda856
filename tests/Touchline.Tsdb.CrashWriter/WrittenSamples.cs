using Touchline.Model;

namespace Touchline.Tsdb.CrashWriter;

/// <summary>What is written, so that whoever reads knows what must be there: every sample follows from its series and step.</summary>
public static class WrittenSamples
{
    public const int Series = 50;

    /// <summary>Steps of a block that is cut from the head.</summary>
    public const int BlockSteps = 20;

    /// <summary>Steps after which a sample may be deleted: enough for blocks of three levels.</summary>
    public const int RetentionSteps = 2000;

    /// <summary>The series from here on are native histograms.</summary>
    public const int FirstHistogram = 46;

    /// <summary>The longest time in steps after which a late sample comes: enough for its block to be cut before.</summary>
    public const int LatestDelay = 50;

    private const int FirstLateSeries = 40;
    private const long Start = 1_700_006_400_000;
    private const long StepMs = 1000;

    /// <summary>Short blocks, so that cutting, compacting and deleting them and shortening the log happen many times before a kill.</summary>
    /// <param name="directory">The data directory.</param>
    /// <param name="seals">Whether the head becomes blocks when the store is closed.</param>
    public static TsdbOptions Options(string directory, bool seals = false) => new()
    {
        Path = directory,
        BlockRangeMs = BlockSteps * StepMs,
        FsyncIntervalMs = 20,
        RetentionTimeMs = RetentionSteps * StepMs,
        CompactionShare = 1,
        OutOfOrderTimeWindowMs = LatestDelay * StepMs,
        SealHeadFromLogBytes = seals ? 1 : 0,
    };

    public static Labels Labels(int series) => Model.Labels.Of("__name__", "written", "series", $"{series}");

    /// <summary>The step in whose batch a sample is: its own, or a later one where it comes late.</summary>
    public static long WrittenWith(int series, long step)
    {
        var mixed = ((ulong)(step + 1) * 0x9E37_79B9_7F4A_7C15) ^ ((ulong)(series + 1) * 0xC2B2_AE3D_27D4_EB4F);
        mixed ^= mixed >> 29;
        mixed *= 0x94D0_49BB_1331_11EB;
        mixed ^= mixed >> 32;
        return series >= FirstLateSeries && mixed % 4 == 0 ? step + 1 + (long)((mixed >> 8) % LatestDelay) : step;
    }

    /// <summary>The steps of a series that are in one batch, the newest first.</summary>
    public static IEnumerable<long> StepsOfBatch(int series, long batch)
    {
        for (var step = batch; step >= Math.Max(0, batch - (series >= FirstLateSeries ? LatestDelay : 0)); step--)
        {
            if (WrittenWith(series, step) == batch)
            {
                yield return step;
            }
        }
    }

    public static long Time(long step) => Start + (step * StepMs);

    public static long Step(long time) => (time - Start) / StepMs;

    public static double Value(int series, long step) => (series % 5) switch
    {
        0 => ((series * 100_000_000L) + step) / 10.0,
        1 => series * 1e6 + step,
        2 => Math.Sqrt((series * 1e9) + step),
        3 => series,
        _ => Math.Round(Math.Sin((series * 7) + step) * 1000) / 100,
    };

    public static NativeHistogram Histogram(int series, long step) => new()
    {
        Schema = 3,
        ZeroThreshold = 1e-128,
        ZeroCount = step,
        Count = (3 * step) + series + 5,
        Sum = (step * 2.5) + series,
        PositiveSpans = [new BucketSpan(0, 2), new BucketSpan(3, 1)],
        PositiveBuckets = [step, series, step + 5],
    };
}

namespace Touchline.Tsdb.CrashWriter;

/// <summary>What is written, so that the test knows what it must find: every sample follows from its series and step.</summary>
public static class WrittenSamples
{
    public const int Series = 50;

    private const long Start = 1_700_006_400_000;
    private const long StepMs = 1000;

    /// <summary>Short blocks, so that cutting them and shortening the log happen many times before a kill.</summary>
    public static TsdbOptions Options(string directory) => new()
    {
        Path = directory,
        BlockRangeMs = 600_000,
        FsyncIntervalMs = 20,
        RetentionTimeMs = 0,
    };

    public static Model.Labels Labels(int series) => Model.Labels.Of("__name__", "written", "series", $"{series}");

    public static long Time(long step) => Start + (step * StepMs);

    public static long Step(long time) => (time - Start) / StepMs;

    public static double Value(int series, long step) => series % 2 == 0 ? ((series * 100_000_000L) + step) / 10.0 : Math.Sqrt((series * 1e9) + step);
}

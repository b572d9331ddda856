using Touchline.Configuration;
using Touchline.Options;
using Touchline.Tsdb;

namespace Touchline.Hosting;

/// <summary>The store's options: the command line's where it says, else the configuration file's, else the defaults.</summary>
internal static class StorageSettings
{
    /// <summary>Reading less than this back takes a moment, no longer than writing it as a block does.</summary>
    private const long SealHeadFromLogBytes = 32L * 1024 * 1024;

    public static TsdbOptions Of(ServerOptions options, StorageConfig config)
    {
        var settings = new TsdbOptions { Path = ServerState.DataPath(options), BlockRangeMs = options.BlockRangeMs };
        settings.RetentionTimeMs = options.RetentionTimeMs ?? config.RetentionTimeMs ?? settings.RetentionTimeMs;
        settings.RetentionSizeBytes = options.RetentionSizeBytes ?? config.RetentionSizeBytes ?? settings.RetentionSizeBytes;
        settings.OutOfOrderTimeWindowMs = config.OutOfOrderTimeWindowMs ?? 0;
        settings.SealHeadFromLogBytes = SealHeadFromLogBytes;
        settings.SeriesLimits = LimitsOf(options, config.SeriesLimits ?? new SeriesLimitsConfig());
        return settings;
    }

    private static SeriesLimits LimitsOf(ServerOptions options, SeriesLimitsConfig config) => new()
    {
        Total = options.MaxSeries ?? config.Total ?? 0,
        PerJob = config.PerJob,
        PerMetric = config.PerMetric,
        Jobs = config.Jobs.ToDictionary(job => job.Key, job => (long)job.Value, StringComparer.Ordinal),
        Metrics = config.Metrics.ToDictionary(metric => metric.Key, metric => (long)metric.Value, StringComparer.Ordinal),
    };
}

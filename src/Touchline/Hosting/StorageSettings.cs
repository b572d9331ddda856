using Touchline.Configuration;
using Touchline.Options;
using Touchline.Tsdb;

namespace Touchline.Hosting;

/// <summary>The store's options: the command line's where it says, else the configuration file's, else the defaults.</summary>
internal static class StorageSettings
{
    public static TsdbOptions Of(ServerOptions options, StorageConfig config)
    {
        var settings = new TsdbOptions { Path = ServerState.DataPath(options), BlockRangeMs = options.BlockRangeMs };
        settings.RetentionTimeMs = options.RetentionTimeMs ?? config.RetentionTimeMs ?? settings.RetentionTimeMs;
        settings.RetentionSizeBytes = options.RetentionSizeBytes ?? config.RetentionSizeBytes ?? settings.RetentionSizeBytes;
        settings.OutOfOrderTimeWindowMs = config.OutOfOrderTimeWindowMs ?? 0;
        return settings;
    }
}

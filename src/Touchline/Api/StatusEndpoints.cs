using System.Globalization;
using Touchline.Configuration;
using Touchline.Hosting;
using Touchline.Model;
using Touchline.Options;
using Touchline.Tsdb;

namespace Touchline.Api;

/// <summary><c>status/…</c>: the server about itself.</summary>
internal sealed class StatusEndpoints(ServerOptions options, RunningConfiguration configuration, TsdbStore store, ServerState state, TimeProvider time)
{
    private const int DefaultTopCount = 10;

    public async Task BuildAsync(HttpContext context, ApiParameters parameters)
    {
        using var response = ApiResponse.Begin(context);
        var json = response.Json;
        json.WriteStartObject();
        json.WriteString("version"u8, BuildVersion.Compatible);
        json.WriteString("revision"u8, BuildVersion.Revision);
        json.WriteString("branch"u8, "");
        json.WriteString("buildUser"u8, "");
        json.WriteString("buildDate"u8, "");
        json.WriteString("goVersion"u8, "");
        json.WriteString("application"u8, "Touchline");
        json.WriteString("applicationVersion"u8, BuildVersion.Version);
        json.WriteString("runtime"u8, System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription);
        json.WriteEndObject();
        await response.FinishAsync();
    }

    public async Task RuntimeAsync(HttpContext context, ApiParameters parameters)
    {
        var status = store.Status();
        using var response = ApiResponse.Begin(context);
        var json = response.Json;
        json.WriteStartObject();
        json.WriteString("startTime"u8, Timestamps.Rfc3339(state.StartedAt));
        json.WriteString("CWD"u8, Environment.CurrentDirectory);
        json.WriteString("hostname"u8, Environment.MachineName);
        json.WriteString("serverTime"u8, Timestamps.Rfc3339(time.GetUtcNow()));
        json.WriteBoolean("reloadConfigSuccess"u8, configuration.Error.Length == 0);
        json.WriteString("lastConfigTime"u8, configuration.LoadedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        json.WriteNumber("corruptionCount"u8, status.Damage.Count);
        // The names are Go's, as clients know them; the figures are what comes nearest to them here.
        json.WriteNumber("goroutineCount"u8, ThreadPool.ThreadCount);
        json.WriteNumber("GOMAXPROCS"u8, Environment.ProcessorCount);
        json.WriteNumber("GOMEMLIMIT"u8, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        json.WriteString("GOGC"u8, "");
        json.WriteString("GODEBUG"u8, "");
        json.WriteString("storageRetention"u8, Retention());
        json.WriteEndObject();
        await response.FinishAsync();
    }

    public async Task TsdbAsync(HttpContext context, ApiParameters parameters)
    {
        var top = parameters.TopCount(DefaultTopCount);
        var status = store.Status();
        var heaviest = store.Cardinality(top);
        var diskBytes = store.DiskBytesByMetric(top, context.RequestAborted);
        using var response = ApiResponse.Begin(context);
        var json = response.Json;
        json.WriteStartObject();
        json.WriteStartObject("headStats"u8);
        json.WriteNumber("numSeries"u8, status.HeadSeries);
        json.WriteNumber("numLabelPairs"u8, heaviest.LabelPairs);
        json.WriteNumber("chunkCount"u8, status.HeadChunks);
        // Without a sample, Prometheus answers with the first before the last.
        var isEmpty = status is { HeadMinTimeMs: 0, HeadMaxTimeMs: 0 };
        json.WriteNumber("minTime"u8, isEmpty ? long.MaxValue : status.HeadMinTimeMs);
        json.WriteNumber("maxTime"u8, isEmpty ? long.MinValue : status.HeadMaxTimeMs);
        json.WriteEndObject();
        WriteCounts("seriesCountByMetricName", heaviest.SeriesCountByMetricName);
        WriteCounts("labelValueCountByLabelName", heaviest.LabelValueCountByLabelName);
        WriteCounts("memoryInBytesByLabelName", heaviest.MemoryInBytesByLabelName);
        WriteCounts("seriesCountByLabelValuePair", heaviest.SeriesCountByLabelValuePair);
        // Not in Prometheus: docs/unread-metrics.md.
        WriteCounts("diskBytesByMetricName", diskBytes);
        json.WriteStartArray("damage"u8);
        foreach (var damage in status.Damage)
        {
            json.WriteStringValue(damage);
        }
        json.WriteEndArray();
        json.WriteEndObject();
        await response.FinishAsync();

        void WriteCounts(string name, IReadOnlyList<NamedCount> counts)
        {
            json.WriteStartArray(name);
            foreach (var count in counts)
            {
                json.WriteStartObject();
                json.WriteString("name"u8, count.Name);
                json.WriteNumber("value"u8, count.Count);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
    }

    /// <summary>How far the log is read back, of 100; 0 of 0 once it is, as in Prometheus where there was nothing to read.</summary>
    public async Task WalReplayAsync(HttpContext context, ApiParameters parameters)
    {
        var loading = store.Status().Loading;
        using var response = ApiResponse.Begin(context);
        response.Json.WriteStartObject();
        response.Json.WriteNumber("min"u8, 0);
        response.Json.WriteNumber("max"u8, loading is null ? 0 : 100);
        response.Json.WriteNumber("current"u8, loading is null ? 0 : (int)(100 * loading.Ratio));
        response.Json.WriteEndObject();
        await response.FinishAsync();
    }

    private string Retention()
    {
        var settings = StorageSettings.Of(options, configuration.Current.Storage);
        var time = settings.RetentionTimeMs > 0 ? PrometheusDuration.Format(settings.RetentionTimeMs) : "";
        var size = settings.RetentionSizeBytes > 0 ? string.Create(CultureInfo.InvariantCulture, $"{settings.RetentionSizeBytes}B") : "";
        return time.Length > 0 && size.Length > 0 ? $"{time} or {size}" : time + size;
    }
}

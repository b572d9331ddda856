using System.Globalization;
using System.Runtime.InteropServices;
using Touchline.Api;
using Touchline.Collectors;
using Touchline.Hosting;
using Touchline.Model;
using Touchline.Options;
using Touchline.PromQL;
using Touchline.Scraping;
using Touchline.Storage;
using Touchline.Tsdb;
using Touchline.Views;

namespace Touchline.Telemetry;

/// <summary>Touchline about itself: Prometheus's names where the meaning is Prometheus's, <c>touchline_*</c> elsewhere.</summary>
internal sealed class ServerSource(
    ServerOptions options, RunningConfiguration configuration, ServerState state, TsdbStore store, QueryGate gate, PromQLEngine engine, MeasuredQueryEngine queries, TargetRegistry targets,
    Scraper scraper, HttpRequestFigures requests) : IMetricSource
{
    private static readonly string[] Reasons =
        [.. Enum.GetValues<AppendStatus>().Where(s => s is not (AppendStatus.Stored or AppendStatus.Duplicate)).Select(SnakeCase)];

    public void Collect(IMetricWriter writer, CancellationToken cancellationToken)
    {
        CollectBuild(writer);
        CollectConfiguration(writer);
        CollectStorage(writer, store.Status());
        CollectQueries(writer);
        CollectTargets(writer);
        requests.Collect(writer);
    }

    private void CollectBuild(IMetricWriter writer)
    {
        writer.Family("touchline_build_info", MetricType.Gauge, "Which Touchline this is; always 1.");
        writer.Sample(1, "version", BuildVersion.Version, "revision", BuildVersion.Revision, "runtime", RuntimeInformation.FrameworkDescription);
        writer.Family("prometheus_build_info", MetricType.Gauge, "The version of Prometheus whose API this one is; always 1.");
        writer.Sample(1, "version", BuildVersion.Compatible, "revision", BuildVersion.Revision, "branch", "touchline");
        writer.Family("prometheus_ready", MetricType.Gauge, "Whether startup has fully completed.");
        writer.Sample(state.IsReady && store.IsLoaded ? 1 : 0);
    }

    private void CollectConfiguration(IMetricWriter writer)
    {
        writer.Family("prometheus_config_last_reload_successful", MetricType.Gauge, "Whether the last configuration reload attempt was successful.");
        writer.Sample(configuration.Error.Length == 0 ? 1 : 0);
        writer.Family("prometheus_config_last_reload_success_timestamp_seconds", MetricType.Gauge, "Timestamp of the last successful configuration reload.");
        writer.Sample(configuration.LoadedAt.ToUnixTimeMilliseconds() / 1000.0);
        writer.Family("touchline_config_findings", MetricType.Gauge, "Warnings and errors of the running configuration.");
        writer.Sample(configuration.Findings.Count);
    }

    private void CollectStorage(IMetricWriter writer, TsdbStatus status)
    {
        var settings = StorageSettings.Of(options, configuration.Current.Storage);
        Gauge("prometheus_tsdb_head_series", "Total number of series in the head block.", status.HeadSeries);
        Gauge("prometheus_tsdb_head_chunks", "Total number of chunks in the head block.", status.HeadChunks);
        Gauge("prometheus_tsdb_head_min_time_seconds", "Minimum time bound of the head block.", Math.Floor(status.HeadMinTimeMs / 1000.0));
        Gauge("prometheus_tsdb_head_max_time_seconds", "Maximum timestamp of the head block.", Math.Floor(status.HeadMaxTimeMs / 1000.0));
        writer.Family("prometheus_tsdb_head_samples_appended_total", MetricType.Counter, "Total number of appended samples.");
        writer.Sample(status.SamplesAppended, "type", "float");
        Gauge("prometheus_tsdb_blocks_loaded", "Number of currently loaded data blocks", status.Blocks.Count);
        Gauge("prometheus_tsdb_storage_blocks_bytes", "The number of bytes that are currently used for local storage by all blocks.", status.BlockBytes);
        Gauge("prometheus_tsdb_wal_storage_size_bytes", "Size of the write log directory.", status.WalBytes);
        Gauge("prometheus_tsdb_retention_limit_seconds", "How long to retain samples in storage.", settings.RetentionTimeMs / 1000.0);
        Gauge("prometheus_tsdb_retention_limit_bytes", "Max number of bytes to be retained in the tsdb blocks, configured 0 means disabled", settings.RetentionSizeBytes);
        Gauge("touchline_storage_loaded_ratio", "How much of the log was read back at start, 1 once everything that was stored is loaded.", status.Loading?.Ratio ?? 1);
        Gauge("touchline_storage_refusing", "Whether samples are refused because the disk is full or cannot be written.", status.RefusingBecause is null ? 0 : 1);
        Gauge("touchline_storage_retention_held_back", "Whether the newest samples are too few and too far ahead of all others for ages to count from them.", status.RetentionHeldBack is null ? 0 : 1);
        writer.Family("touchline_storage_clock_jumps_total", MetricType.Counter, "How often the clock went otherwise than time did, by five minutes or more.");
        writer.Sample(status.ClockJumps);
        Gauge("touchline_storage_damaged", "What was found damaged or missing among the stored data since start.", status.Damage.Count);
        writer.Family("prometheus_tsdb_compactions_total", MetricType.Counter, "Total number of compactions that were executed for the partition.");
        writer.Sample(status.Compactions);
        writer.Family("touchline_samples_refused_total", MetricType.Counter, "Samples that were not stored, by reason.");
        foreach (var reason in Reasons)
        {
            writer.Sample(status.SamplesRefused.GetValueOrDefault(reason), "reason", reason);
        }
        LateSampleFigures.Collect(writer, status.OutOfOrder);
        CardinalityFigures.Collect(writer, store);

        void Gauge(string name, string help, double value)
        {
            writer.Family(name, MetricType.Gauge, help);
            writer.Sample(value);
        }
    }

    private void CollectQueries(IMetricWriter writer)
    {
        writer.Family("prometheus_engine_queries", MetricType.Gauge, "The current number of queries being executed or waiting.");
        writer.Sample(gate.Waiting + queries.Active);
        writer.Family("prometheus_engine_queries_concurrent_max", MetricType.Gauge, "The max number of concurrent queries.");
        writer.Sample(options.QueryMaxConcurrency);
        writer.Family("prometheus_engine_query_samples_total", MetricType.Counter, "The total number of samples loaded by all queries.");
        writer.Sample(queries.SamplesRead);
        writer.Family("prometheus_engine_query_duration_seconds", MetricType.Summary, "Query timings");
        writer.SuffixedSample("_sum", queries.TimeSpent.TotalSeconds, "slice", "inner_eval");
        writer.SuffixedSample("_count", queries.Finished + queries.Failed, "slice", "inner_eval");
        var cache = engine.RangeCache;
        writer.Family("touchline_query_range_cache_requests_total", MetricType.Counter, "Range queries that could be answered from kept answers: wholly (hit), for their first steps (partial), or not (miss).");
        writer.Sample(cache.Hits, "result", "hit");
        writer.Sample(cache.PartialHits, "result", "partial");
        writer.Sample(cache.Misses, "result", "miss");
        writer.Family("touchline_query_range_cache_entries", MetricType.Gauge, "Answers of range queries that are kept.");
        writer.Sample(cache.Count);
        writer.Family("touchline_query_range_cache_size_bytes", MetricType.Gauge, "Memory that kept answers of range queries take.");
        writer.Sample(cache.Bytes);
        writer.Family("touchline_query_range_cache_max_size_bytes", MetricType.Gauge, "Memory that kept answers of range queries may take, 0 where none are kept.");
        writer.Sample(options.QueryRangeCacheBytes);
        writer.Family("touchline_queries_failed_total", MetricType.Counter, "Queries that could not be answered.");
        writer.Sample(queries.Failed);
    }

    private void CollectTargets(IMetricWriter writer)
    {
        writer.Family("prometheus_target_scrape_pool_targets", MetricType.Gauge, "Current number of targets in this scrape pool.");
        var active = targets.Active();
        foreach (var pool in active.GroupBy(t => t.JobName))
        {
            writer.Sample(pool.Count(), "scrape_job", pool.Key);
        }
        writer.Family("touchline_targets", MetricType.Gauge, "Targets by the outcome of their last scrape.");
        foreach (var health in Enum.GetValues<TargetHealth>())
        {
            writer.Sample(active.Count(t => t.Health == health), "health", SnakeCase(health));
        }
        var scrapes = scraper.Statistics;
        Counter("touchline_scrapes_total", "Scrapes of all targets.", scrapes.Scrapes);
        Counter("touchline_scrapes_failed_total", "Scrapes that failed.", scrapes.FailedScrapes);
        Counter("touchline_scrape_samples_total", "Samples in the scraped bodies, kept or not.", scrapes.Samples);
        Counter(
            "prometheus_target_scrapes_sample_duplicate_timestamp_total",
            "Total number of samples rejected due to duplicate timestamps but different values.", scrapes.DuplicateSamples);
        Counter("prometheus_target_scrapes_sample_out_of_order_total", "Total number of samples rejected due to not being out of the expected order.", scrapes.OutOfOrderSamples);
        Counter("prometheus_target_scrapes_sample_out_of_bounds_total", "Total number of samples rejected due to timestamp falling outside of the time bounds.", scrapes.OutOfBoundsSamples);
        Counter("touchline_scrape_quarantined_samples_total", "Samples left out because their metric breaks a limit of the scrape.", scrapes.QuarantinedSamples);
        Counter(
            "prometheus_target_scrapes_exceeded_native_histogram_bucket_limit_total",
            "Total number of scrapes that hit the native histogram bucket limit and were rejected.", scrapes.BucketLimitExceeded);
        Counter(
            "prometheus_target_scrapes_exceeded_sample_limit_total", "Total number of scrapes that hit the sample limit and were rejected.", scrapes.SampleLimitExceeded);
        Counter(
            "prometheus_target_scrapes_exceeded_body_size_limit_total", "Total number of scrapes that hit the body size limit", scrapes.BodySizeLimitExceeded);

        void Counter(string name, string help, long value)
        {
            writer.Family(name, MetricType.Counter, help);
            writer.Sample(value);
        }
    }

    private static string SnakeCase<T>(T value)
        where T : struct, Enum
    {
        var name = value.ToString();
        return string.Concat(name.Select((c, i) => char.IsAsciiLetterUpper(c) ? string.Create(CultureInfo.InvariantCulture, $"{(i > 0 ? "_" : "")}{char.ToLowerInvariant(c)}") : c.ToString()));
    }
}

using Microsoft.Extensions.Logging;
using Touchline.Configuration.Probes;
using Touchline.Model;
using Touchline.Storage;

namespace Touchline.Collectors.Probes;

/// <summary>
/// Runs one check at its interval and stores what it finds, as a scrape of a probe would: with job and instance, staleness markers for series
/// that are gone, and <c>up</c>, which is 1 where the check is good. Nothing that fails ends it.
/// </summary>
public sealed class CheckLoop : IAsyncDisposable
{
    public const string JobName = "checks";

    /// <summary>Why a check is down, in the words of a small vocabulary; there only while it is.</summary>
    public const string FailureMetric = "probe_failure_info";

    public const string ReasonLabel = "reason";

    /// <summary>A probe that starts this much too late still gets its planned time, since even steps are stored in far less space.</summary>
    private const long TimestampToleranceMs = 20;

    /// <summary>The first probes after a start are spread over this time, so that many checks do not come at once.</summary>
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(3);

    private readonly ProbeRunner _runner;
    private readonly IMetricAppendable _store;
    private readonly TimeProvider _time;
    private readonly ILogger<CheckLoop> _logger;
    private readonly AppenderMetricWriter _writer;
    private readonly CancellationTokenSource _stop = new();
    private CheckSnapshot _snapshot = new(null, default, "", 0);
    private Task _running = Task.CompletedTask;
    private long _plannedMs;

    public CheckLoop(CheckConfig config, ProbeRunner runner, IMetricAppendable store, TimeProvider time, ILogger<CheckLoop> logger)
    {
        (Config, _runner, _store, _time, _logger) = (config, runner, store, time, logger);
        _writer = new AppenderMetricWriter(Labels.Of(LabelNames.Job, JobName, LabelNames.Instance, config.Name));
    }

    public CheckConfig Config { get; }

    /// <summary>The state after the last probe. Thread-safe.</summary>
    public CheckSnapshot Snapshot => Volatile.Read(ref _snapshot);

    /// <summary>Starts. Called once.</summary>
    public void Start() => _running = Task.Run(() => RunAsync(_stop.Token));

    /// <summary>Ends the loop at once; the probe under way is given up. No staleness markers are written, as the next start goes on.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    /// <summary>Ends the loop and its series, as there is no such check any more.</summary>
    public async Task RemoveAsync()
    {
        await DisposeAsync();
        Store(_time.GetUtcNow().ToUnixTimeMilliseconds(), () => { });
    }

    /// <summary>Probes once and stores the outcome.</summary>
    internal async Task ProbeOnceAsync(CancellationToken stop)
    {
        var now = _time.GetUtcNow();
        var outcome = await _runner.RunAsync(Config.Module, Config.Target, TimeSpan.FromMilliseconds(Config.TimeoutMs), stop);
        if (!outcome.Success && outcome.Error != Snapshot.LastError)
        {
            _logger.LogWarning("check {Check} fails: {Reason}: {Error}", Config.Name, outcome.Reason, outcome.Error);
        }
        else if (outcome.Success && Snapshot.LastError.Length > 0)
        {
            _logger.LogInformation("check {Check} is good again", Config.Name);
        }
        var problem = Store(TimestampFor(now), () => Write(outcome));
        var error = outcome.Success ? problem : outcome.Error.Length > 0 ? outcome.Error : outcome.Reason;
        Volatile.Write(ref _snapshot, new CheckSnapshot(now, outcome.Duration, error, _writer.Samples));
    }

    private async Task RunAsync(CancellationToken stop)
    {
        try
        {
            var spread = Math.Min(Config.IntervalMs, (long)LongestDelay.TotalMilliseconds);
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Abs(StableHash(Config.Name) % spread)), _time, stop);
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(Config.IntervalMs), _time);
            do
            {
                await ProbeOnceAsync(stop);
            }
            while (await timer.WaitForNextTickAsync(stop));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            _logger.LogDebug("check {Check} ends", Config.Name);
        }
    }

    private void Write(ProbeOutcome outcome)
    {
        outcome.Metrics.WriteTo(_writer);
        if (!outcome.Success)
        {
            _writer.Family(FailureMetric, MetricType.Gauge, "Why a check is down, there only while it is.");
            _writer.Sample(1, ReasonLabel, outcome.Reason);
        }
        var (samples, added) = (_writer.Samples, _writer.SeriesAdded);
        _writer.ReportSample("up", outcome.Success ? 1 : 0);
        _writer.ReportSample("scrape_duration_seconds", outcome.Duration.TotalSeconds);
        _writer.ReportSample("scrape_samples_scraped", samples);
        _writer.ReportSample("scrape_samples_post_metric_relabeling", samples);
        _writer.ReportSample("scrape_series_added", added);
    }

    /// <summary>Writes a batch; what hinders it, empty where nothing does.</summary>
    private string Store(long timestampMs, Action write)
    {
        try
        {
            using var appender = _store.OpenAppender();
            _writer.Begin(appender, timestampMs);
            write();
            _writer.End();
            var committed = appender.Commit() == CommitStatus.Committed;
            _writer.Settle(committed);
            return committed ? "" : "the store refuses samples for now: disk full or not writable";
        }
#pragma warning disable CA1031 // A store that fails in an unforeseen way costs this probe's samples, not the end of the check.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _writer.Settle(committed: false);
            _logger.LogWarning("what check {Check} found is not stored: {Error}", Config.Name, e.Message);
            return e.Message;
        }
    }

    private long TimestampFor(DateTimeOffset now)
    {
        var nowMs = now.ToUnixTimeMilliseconds();
        var planned = _plannedMs + Config.IntervalMs;
        return _plannedMs = Math.Abs(nowMs - planned) <= TimestampToleranceMs ? planned : nowMs;
    }

    /// <summary>The same in every process, so that a check keeps its place within the interval.</summary>
    private static long StableHash(string text) => text.Aggregate(17L, (hash, c) => (hash * 31 + c) & 0x7fffffff);
}

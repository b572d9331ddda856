using Microsoft.Extensions.Logging;
using Touchline.Configuration;
using Touchline.Fetching;
using Touchline.Scraping.Discovery;
using Touchline.Scraping.Exposition;
using Touchline.Storage;

namespace Touchline.Scraping.Loops;

/// <summary>
/// Scrapes one target at its times until stopped. A failure of any kind costs that scrape only. Runs as one task; the snapshot may be
/// read from anywhere.
/// </summary>
internal sealed class ScrapeLoop
{
    // Who decides about the series of a stopped loop: nobody yet, the loop that replaces it, or its own end.
    private const int Open = 0;
    private const int Replaced = 1;
    private const int Ended = 2;

    /// <summary>What Prometheus gives for the size of a body that was refused for it.</summary>
    private const long BodyTooLarge = -1;

    /// <summary>Metrics to name in one message.</summary>
    private const int MostNamed = 5;

    private static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(1);

    private readonly Target _target;
    private readonly ScrapeClient _client;
    private readonly string? _fallbackProtocol;
    private readonly string? _failureLog;
    private readonly ScrapeEnvironment _environment;
    private readonly TargetIngest _ingest;
    private readonly ScrapeReport _report;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _scrapingEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile TargetSnapshot _snapshot;
    private volatile string? _forcedError;
    private ScrapeLoop? _predecessor;
    private int _fate = Open;
    private bool _hasScraped;
    private bool _hasWarned;
    private int _expectedBytes;

    public ScrapeLoop(ScrapeConfig config, Target target, ScrapeClient client, ScrapeEnvironment environment)
    {
        _target = target;
        _client = client;
        _fallbackProtocol = config.FallbackScrapeProtocol;
        _environment = environment;
        _ingest = new TargetIngest(config, target.Labels, environment.LabelsTypeAndUnit);
        _report = new ScrapeReport(target.Labels, config.ExtraScrapeMetrics == true ? new ExtraReport(target.TimeoutMs, config.SampleLimit) : null);
        _failureLog = config.ScrapeFailureLogFile;
        _snapshot = new TargetSnapshot
        {
            JobName = target.JobName,
            ScrapeUrl = target.DisplayUrl,
            Labels = target.Labels,
            DiscoveredLabels = target.DiscoveredLabels,
            ScrapeIntervalMs = target.IntervalMs,
            ScrapeTimeoutMs = target.TimeoutMs,
        };
    }

    public Target Target => _target;

    public TargetSnapshot Snapshot => _snapshot;

    /// <summary>Ends when the loop has ended, its staleness markers written or not needed.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>Why the target must not be scraped (too many targets in the job), null where it may.</summary>
    public string? ForcedError
    {
        set => _forcedError = value;
    }

    /// <param name="predecessor">A stopped loop of the same labels, whose series this one goes on with.</param>
    /// <param name="shutdown">Ends the loop at once, without staleness markers.</param>
    public void Start(ScrapeLoop? predecessor, CancellationToken shutdown)
    {
        if (predecessor is not null && Interlocked.CompareExchange(ref predecessor._fate, Replaced, Open) == Open)
        {
            _predecessor = predecessor;
        }
        Completion = Task.Run(() => RunAsync(shutdown), CancellationToken.None);
    }

    /// <summary>Ends the scraping. Staleness markers follow after two intervals, unless another loop goes on with the series by then.</summary>
    public void Stop() => _stop.Cancel();

    private async Task RunAsync(CancellationToken shutdown)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, shutdown);
        var clock = new ScrapeClock(_environment.Time, _target.IntervalMs, _target.OffsetMs);
        try
        {
            try
            {
                while (true)
                {
                    var timeMs = await clock.WaitAsync(ending.Token).ConfigureAwait(false);
                    await TakeOverAsync(ending.Token).ConfigureAwait(false);
                    await ScrapeAsync(timeMs, ending.Token).ConfigureAwait(false);
                }
            }
            finally
            {
                _scrapingEnded.TrySetResult();
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            await EndSeriesAsync(clock, shutdown).ConfigureAwait(false);
        }
    }

    /// <summary>Goes on with the series of the loop that this one replaces, and of one that it replaced in turn without scraping.</summary>
    private async Task TakeOverAsync(CancellationToken cancellationToken)
    {
        if (_predecessor is null)
        {
            return;
        }
        await _predecessor._scrapingEnded.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        await _predecessor.TakeOverAsync(cancellationToken).ConfigureAwait(false);
        _ingest.Inherit(_predecessor._ingest.TakeLive());
        _predecessor = null;
    }

    private async Task ScrapeAsync(long timeMs, CancellationToken cancellationToken)
    {
        var started = _environment.Time.GetTimestamp();
        string? error;
        try
        {
            using var body = new BodyBuffer(_environment.BodyBudget);
            var contentType = "";
            var isTooLarge = false;
            error = _forcedError;
            if (error is null)
            {
                using var timeout = new CancellationTokenSource(TimeoutOf(_target), _environment.Time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
                try
                {
                    contentType = await _client.FetchAsync(_target, body, _expectedBytes, either.Token).ConfigureAwait(false);
                    _expectedBytes = body.Bytes.Length;
                }
                catch (FetchException e)
                {
                    // A scrape that the loop's end cut off says nothing about the target.
                    cancellationToken.ThrowIfCancellationRequested();
                    error = e.Message;
                    isTooLarge = e.IsBodyTooLarge;
                    _environment.Statistics.BodyTooLarge(e.IsBodyTooLarge);
                }
            }
            var hasBody = error is null;
            error = Store(body.Bytes, contentType, error, timeMs, started, hasBody ? body.Bytes.Length : isTooLarge ? BodyTooLarge : 0);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _environment.Logger.LogError(e, "Scraping {Url} failed unexpectedly", _target.DisplayUrl);
            error = e.Message;
            Note(timeMs, started, default, TargetHealth.Down, error, []);
        }
        _environment.Statistics.Scraped(error is not null);
        if (error is not null && _failureLog is not null)
        {
            _environment.Failures.Write(_failureLog, _target.JobName, _target.DisplayUrl, error);
        }
    }

    /// <summary>Writes body and report as one batch; gives what the target's error is now.</summary>
    private string? Store(ReadOnlySpan<byte> body, string? contentType, string? error, long timeMs, long started, long bodyBytes)
    {
        using var appender = _environment.Store.OpenAppender();
        var outcome = default(IngestOutcome);
        var format = ExpositionFormat.PrometheusText;
        // A body without a single byte has no format to be wrong about.
        if (error is null && !body.IsEmpty)
        {
            ExpositionNegotiation.TryChoose(contentType, _fallbackProtocol, out format, out error);
        }
        IReadOnlyList<QuarantinedMetric> quarantined = [];
        if (error is null)
        {
            outcome = _ingest.Ingest(appender, body, format, timeMs, NowMs);
            error = outcome.Error;
            quarantined = error is null ? _ingest.Quarantined : [];
        }
        var stored = error is null ? _ingest.Accept(appender, timeMs) : _ingest.Fail(appender, timeMs);
        var seconds = _environment.Time.GetElapsedTime(started).TotalSeconds;
        stored &= _report.Write(appender, timeMs, error is null, seconds, outcome, bodyBytes);
        stored = stored && appender.Commit() == CommitStatus.Committed;
        if (stored)
        {
            _ingest.Committed();
        }
        var health = error is null || error == TargetIngest.StorageRefuses ? TargetHealth.Up : TargetHealth.Down;
        if (!stored)
        {
            error ??= TargetIngest.StorageRefuses;
        }
        _hasScraped = true;
        Report(outcome, quarantined);
        Note(timeMs, started, outcome, health, error ?? Describe(quarantined), quarantined);
        return error;
    }

    private void Note(long timeMs, long started, in IngestOutcome outcome, TargetHealth health, string? error, IReadOnlyList<QuarantinedMetric> quarantined) =>
        _snapshot = _snapshot with
        {
            Health = health,
            LastError = error ?? "",
            Quarantined = quarantined,
            LastScrape = DateTimeOffset.FromUnixTimeMilliseconds(timeMs),
            LastScrapeDurationMs = _environment.Time.GetElapsedTime(started).TotalMilliseconds,
            LastSamples = outcome.Scraped,
        };

    private static string? Describe(IReadOnlyList<QuarantinedMetric> quarantined) => quarantined.Count == 0
        ? null
        : $"{quarantined.Count} of its metrics left out: {string.Join("; ", quarantined.Take(MostNamed).Select(metric => $"{metric.Name}: {metric.Reason}"))}"
            + (quarantined.Count > MostNamed ? $"; and {quarantined.Count - MostNamed} more" : "");

    /// <summary>Counts samples that were left out, and says so in the log once until a scrape has none.</summary>
    private void Report(in IngestOutcome outcome, IReadOnlyList<QuarantinedMetric> quarantined)
    {
        _environment.Statistics.Count(outcome);
        var any = outcome.Duplicates + outcome.OutOfOrder + outcome.OutOfBounds + outcome.Refused + outcome.Unconvertible > 0;
        if (any && !_hasWarned)
        {
            _environment.Logger.LogWarning(
                "Target {Url} (job {Job}) exposes samples that are left out: {Duplicates} duplicate, {OutOfOrder} out of order, "
                + "{OutOfBounds} too old or too far in the future, {Refused} refused by the store, {Unconvertible} classic histograms that "
                + "contradict themselves",
                _target.DisplayUrl, _target.JobName, outcome.Duplicates, outcome.OutOfOrder, outcome.OutOfBounds, outcome.Refused, outcome.Unconvertible);
        }
        _hasWarned = any;
        foreach (var metric in quarantined.ExceptBy(_snapshot.Quarantined.Select(known => known.Name), metric => metric.Name).Take(MostNamed))
        {
            _environment.Logger.LogWarning(
                "Target {Url} (job {Job}): metric {Metric} is left out from now on: {Reason}", _target.DisplayUrl, _target.JobName, metric.Name, metric.Reason);
        }
    }

    /// <summary>
    /// Waits for where two more scrapes would have been, in case the target comes back, and ends its series where the first of them would
    /// have been. On shutdown nothing is ended: the next start goes on.
    /// </summary>
    private async Task EndSeriesAsync(ScrapeClock clock, CancellationToken shutdown)
    {
        try
        {
            if (!_hasScraped && _predecessor is null)
            {
                return;
            }
            var timeMs = await clock.WaitAsync(shutdown).ConfigureAwait(false);
            await clock.WaitAsync(shutdown).ConfigureAwait(false);
            await Task.Delay(TimeSpan.FromMilliseconds(_target.IntervalMs / 10.0), _environment.Time, shutdown).ConfigureAwait(false);
            if (Interlocked.CompareExchange(ref _fate, Ended, Open) != Open)
            {
                return;
            }
            await TakeOverAsync(shutdown).ConfigureAwait(false);
            using var appender = _environment.Store.OpenAppender();
            _ingest.Fail(appender, timeMs);
            _report.WriteStale(appender, timeMs);
            appender.Commit();
        }
        catch (OperationCanceledException) when (shutdown.IsCancellationRequested)
        {
            _environment.Logger.LogDebug("Target {Url} ended with the process", _target.DisplayUrl);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _environment.Logger.LogError(e, "Ending the series of {Url} failed", _target.DisplayUrl);
        }
    }

    private static TimeSpan TimeoutOf(Target target)
    {
        var timeout = TimeSpan.FromMilliseconds(target.TimeoutMs);
        return timeout < LongestTimeout ? timeout : LongestTimeout;
    }

    private long NowMs => _environment.Time.GetUtcNow().ToUnixTimeMilliseconds();
}

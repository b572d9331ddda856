using Microsoft.Extensions.Logging;
using Touchline.Model;
using Touchline.Storage;

namespace Touchline.Collectors;

/// <summary>Who is collected, and how often.</summary>
/// <param name="JobName">The label job of its series.</param>
/// <param name="Instance">The label instance of its series.</param>
/// <param name="Interval">Time between collections.</param>
/// <param name="HonorLabels">Whether a job or instance that a sample has itself stands, as with honor_labels of a scrape.</param>
public sealed record CollectionOptions(string JobName, string Instance, TimeSpan Interval, bool HonorLabels = false);

/// <summary>
/// Collects a source of this process into a store at a fixed interval, as a scrape would: with job and instance labels, staleness
/// markers for series that are gone, and the series on the scrape itself (<c>up</c> and its like). Nothing that fails ends it.
/// </summary>
public sealed class CollectionLoop : IAsyncDisposable
{
    /// <summary>A collection that starts this much too late still gets its planned time, since even steps are stored in far less space.</summary>
    private const long TimestampToleranceMs = 20;

    private readonly CollectionOptions _options;
    private readonly IMetricSource _source;
    private readonly IMetricAppendable _store;
    private readonly TimeProvider _time;
    private readonly ILogger<CollectionLoop> _logger;
    private readonly AppenderMetricWriter _writer;
    private readonly CancellationTokenSource _stop = new();
    private CollectionSnapshot _snapshot;
    private Task _running = Task.CompletedTask;
    private long _plannedMs;
    private AppendStatus _refusal;

    public CollectionLoop(
        CollectionOptions options, IMetricSource source, IMetricAppendable store, TimeProvider time, ILogger<CollectionLoop> logger)
    {
        (_options, _source, _store, _time, _logger) = (options, source, store, time, logger);
        _writer = new AppenderMetricWriter(Labels.Of(LabelNames.Job, options.JobName, LabelNames.Instance, options.Instance), options.HonorLabels);
        _snapshot = new CollectionSnapshot { JobName = options.JobName, Instance = options.Instance, Interval = options.Interval };
    }

    /// <summary>The state after the last collection. Thread-safe.</summary>
    public CollectionSnapshot Snapshot => Volatile.Read(ref _snapshot);

    /// <summary>Starts collecting, the first time at once. Called once.</summary>
    public void Start() => _running = Task.Run(() => RunAsync(_stop.Token));

    /// <summary>Ends the loop after the collection under way. No staleness markers are written, as the next start goes on.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    /// <summary>Ends the loop for good: its series get a staleness marker. In place of <see cref="DisposeAsync"/>.</summary>
    public async ValueTask RemoveAsync()
    {
        await DisposeAsync();
        using var appender = _store.OpenAppender();
        _writer.Begin(appender, _time.GetUtcNow().ToUnixTimeMilliseconds());
        _writer.End();
        _writer.Settle(appender.Commit() == CommitStatus.Committed);
    }

    private async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(_options.Interval, _time);
        _plannedMs = _time.GetUtcNow().ToUnixTimeMilliseconds();
        try
        {
            do
            {
                CollectOnce(stop);
            }
            while (await timer.WaitForNextTickAsync(stop));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            _logger.LogDebug("collections of {Job} end", _options.JobName);
        }
    }

    internal void CollectOnce(CancellationToken stop)
    {
        var now = _time.GetUtcNow();
        var started = _time.GetTimestamp();
        var error = "";
        try
        {
            using var appender = _store.OpenAppender();
            error = Collect(appender, TimestampFor(now), started, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // A store that fails in an unforeseen way is a failed collection, not the end of all collections.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _writer.Settle(committed: false);
            error = e.Message;
        }
        Note(now, _time.GetElapsedTime(started), error);
    }

    private string Collect(IAppender appender, long timestampMs, long started, CancellationToken stop)
    {
        _writer.Begin(appender, timestampMs);
        var error = CollectSource(stop);
        if (error.Length > 0)
        {
            // As a failed scrape: nothing of it is kept, and what was there before is stale.
            appender.Rollback();
            _writer.Settle(committed: false);
            _writer.Begin(appender, timestampMs);
        }
        var (samples, added) = (_writer.Samples, _writer.SeriesAdded);
        _writer.ReportSample("up", error.Length == 0 ? 1 : 0);
        _writer.ReportSample("scrape_duration_seconds", _time.GetElapsedTime(started).TotalSeconds);
        _writer.ReportSample("scrape_samples_scraped", samples);
        _writer.ReportSample("scrape_samples_post_metric_relabeling", samples);
        _writer.ReportSample("scrape_series_added", added);
        _writer.End();
        var committed = appender.Commit() == CommitStatus.Committed;
        _writer.Settle(committed);
        if (error.Length == 0 && !committed)
        {
            return "the store refuses samples for now: disk full or not writable";
        }
        if (error.Length == 0)
        {
            NoteRefusal();
        }
        return error;
    }

    /// <summary>A collection of which a part was refused has not failed: the rest is stored. Said when it begins and when it is over.</summary>
    private void NoteRefusal()
    {
        var refusal = _writer.Refusal;
        if (refusal == _refusal)
        {
            return;
        }
        _refusal = refusal;
        if (refusal == AppendStatus.Stored)
        {
            _logger.LogInformation("all that is collected of {Job} is stored again", _options.JobName);
            return;
        }
        _logger.LogWarning(
            "{Refused} of {Samples} samples of {Job} are not stored, the others are: {Reason}",
            _writer.Refused, _writer.Samples, _options.JobName, ReasonOf(refusal));
    }

    private static string ReasonOf(AppendStatus refusal) => refusal switch
    {
        AppendStatus.SeriesLimit => "a budget of series is used up; the Status page and status/cardinality name it",
        AppendStatus.DuplicateTimestamp => "their series have other values at this time",
        AppendStatus.OutOfOrder => "their series have later samples",
        AppendStatus.TooOld => "they are older than what is kept",
        AppendStatus.TooFarInFuture => "they are too far ahead of the clock",
        AppendStatus.InvalidLabels => "their labels are not valid",
        _ => "the store refuses samples for now",
    };

    private string CollectSource(CancellationToken stop)
    {
        try
        {
            _source.Collect(_writer, stop);
            return "";
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // Whatever a source throws is a failed collection, which is said in "up" and in the snapshot.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return e.Message.Length > 0 ? e.Message : e.GetType().Name;
        }
    }

    private long TimestampFor(DateTimeOffset now)
    {
        var nowMs = now.ToUnixTimeMilliseconds();
        var intervalMs = Math.Max(1, (long)_options.Interval.TotalMilliseconds);
        var nextPlanned = _plannedMs + (nowMs - _plannedMs + intervalMs / 2) / intervalMs * intervalMs;
        if (Math.Abs(nowMs - nextPlanned) > TimestampToleranceMs)
        {
            nextPlanned = nowMs;
        }
        return _plannedMs = nextPlanned;
    }

    private void Note(DateTimeOffset now, TimeSpan duration, string error)
    {
        if (error.Length > 0 && _snapshot.LastError != error)
        {
            _logger.LogWarning("collecting {Job} failed: {Error}", _options.JobName, error);
        }
        Volatile.Write(ref _snapshot, _snapshot with
        {
            LastCollection = now,
            LastDuration = duration,
            LastSamples = _writer.Samples,
            LastRefused = _writer.Refused,
            LastError = error,
        });
    }
}

using Microsoft.Extensions.Logging;

namespace Touchline.Tsdb.Compaction;

/// <summary>
/// Runs the compactor beside everything else: a merge may take long, and blocks must be cut meanwhile. One thread, held to its share of
/// a core; what fails is tried again at the next tick.
/// </summary>
internal sealed class CompactionThread : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly TsdbOptions _options;
    private readonly TimeProvider _time;
    private readonly Compactor _compactor;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _running = new();
    private ITimer? _timer;
    private string? _failure;

    public CompactionThread(TsdbOptions options, TimeProvider time, Compactor compactor, ILogger logger)
    {
        _options = options;
        _time = time;
        _compactor = compactor;
        _logger = logger;
    }

    /// <summary>Begins to run by the clock, once everything is loaded.</summary>
    public void Start() => _timer = _time.CreateTimer(_ => Run(), null, Interval, Interval);

    /// <summary>Why the last run did not finish; null where it did.</summary>
    public string? Failure => Volatile.Read(ref _failure);

    public long Compactions => _compactor.Compactions;

    public bool IsRunning => _compactor.IsRunning;

    public void Run()
    {
        if (!_running.TryEnter())
        {
            return; // The run before takes longer than the interval.
        }
        try
        {
            if (!_stop.IsCancellationRequested)
            {
                _compactor.Run(new WorkThrottle(_options.CompactionShare, _stop.Token));
                Volatile.Write(ref _failure, null);
            }
        }
        catch (OperationCanceledException)
        {
            _logger.LogDebug("compaction stopped half-way; it begins again at the next start");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Volatile.Write(ref _failure, e.Message);
            _logger.LogError(e, "compaction failed and is tried again in {Interval}", Interval);
        }
        finally
        {
            _running.Exit();
        }
    }

    /// <summary>Writes blocks with deleted samples anew, as fast as it goes: somebody waits for it.</summary>
    public void CleanTombstones(CancellationToken cancellationToken)
    {
        lock (_running)
        {
            ObjectDisposedException.ThrowIf(_stop.IsCancellationRequested, this);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stop.Token);
            _compactor.CleanTombstones(new WorkThrottle(1, either.Token));
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _timer?.Dispose();
        lock (_running)
        {
            _stop.Dispose();
        }
    }
}

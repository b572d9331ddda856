using Microsoft.Extensions.Logging;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb;

/// <summary>Work that the clock drives, one run at a time; what fails (a full disk, say) is tried again at the next tick. Thread-safe.</summary>
/// <param name="name">What it is, for the log.</param>
/// <param name="work">Told when to stop.</param>
internal sealed class ClockedRun(string name, Action<CancellationToken> work, TimeProvider time, ILogger logger) : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _running = new();
    private ITimer? _timer;
    private string? _failure;

    /// <summary>Why the last run did not finish; null where it did.</summary>
    public string? Failure => Volatile.Read(ref _failure);

    /// <summary>Begins to run by the clock, once everything is loaded.</summary>
    public void Start() => _timer = time.CreateTimer(_ => Run(), null, Interval, Interval);

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
                work(_stop.Token);
                Volatile.Write(ref _failure, null);
            }
        }
        catch (OperationCanceledException)
        {
            logger.LogDebug("{Work} stopped half-way; what is left is done at the next start", name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CorruptDataException)
        {
            Volatile.Write(ref _failure, e.Message);
            logger.LogError(e, "{Work} failed and is tried again in {Interval}", name, Interval);
        }
        finally
        {
            _running.Exit();
        }
    }

    /// <summary>Does other work while none of this runs, and waits for it.</summary>
    /// <exception cref="ObjectDisposedException">It has ended.</exception>
    public void Exclusively(Action<CancellationToken> other)
    {
        lock (_running)
        {
            ObjectDisposedException.ThrowIf(_stop.IsCancellationRequested, this);
            other(_stop.Token);
        }
    }

    /// <summary>Ends the run under way.</summary>
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

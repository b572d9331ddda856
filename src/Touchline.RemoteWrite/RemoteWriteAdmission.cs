namespace Touchline.RemoteWrite;

/// <summary>
/// Who may hand in a message: bodies that are held at once are bounded by bytes, and messages that are stored at once by number. Who
/// does not get in within a few seconds is asked to come again, instead of filling the memory. Thread-safe.
/// </summary>
public sealed class RemoteWriteAdmission(RemoteWriteOptions options, TimeProvider time) : IDisposable
{
    /// <summary>As long as a sender's own timeout leaves room for (Prometheus gives up after 30 seconds).</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _places = new(options.MaxConcurrency, options.MaxConcurrency);
    private long _bytes;
    private long _waiting;
    private long _bytesRefused;
    private long _placesRefused;

    public long BytesInFlight => Interlocked.Read(ref _bytes);

    /// <summary>Messages that wait for a place.</summary>
    public long Waiting => Interlocked.Read(ref _waiting);

    /// <summary>How often bytes could not be held.</summary>
    public long BytesRefused => Interlocked.Read(ref _bytesRefused);

    /// <summary>How often no place came free in time.</summary>
    public long PlacesRefused => Interlocked.Read(ref _placesRefused);

    /// <summary>Takes note of bytes that are about to be held. False where they would be too many; then nothing was noted.</summary>
    public bool TryHold(long bytes)
    {
        if (Interlocked.Add(ref _bytes, bytes) <= options.MaxBytesInFlight)
        {
            return true;
        }
        Release(bytes);
        Interlocked.Increment(ref _bytesRefused);
        return false;
    }

    public void Release(long bytes) => Interlocked.Add(ref _bytes, -bytes);

    /// <summary>Waits for a place to store a message in. False where none came free; otherwise <see cref="Leave"/> gives it back.</summary>
    public async ValueTask<bool> EnterAsync(CancellationToken cancellationToken)
    {
        if (_places.Wait(0, CancellationToken.None))
        {
            return true;
        }
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        Interlocked.Increment(ref _waiting);
        try
        {
            await _places.WaitAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Interlocked.Increment(ref _placesRefused);
            return false;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    public void Leave() => _places.Release();

    public void Dispose() => _places.Dispose();
}

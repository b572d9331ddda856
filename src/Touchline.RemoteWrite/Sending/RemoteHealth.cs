using Microsoft.Extensions.Logging;

namespace Touchline.RemoteWrite.Sending;

/// <summary>Whether a remote takes what is sent, said in the log when it changes and not at every request. Thread-safe.</summary>
internal sealed class RemoteHealth(string name, string url, TimeProvider time, ILogger logger)
{
    /// <summary>Refused batches are said one by one, but not more of them than somebody reads.</summary>
    private static readonly TimeSpan RefusalPause = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private DateTimeOffset? _failingSince;
    private DateTimeOffset _lastRefusal = DateTimeOffset.MinValue;
    private DateTimeOffset? _lastErrorAt;
    private long _unsaidRefused;
    private string _lastError = "";

    /// <summary>Whether the last request did not arrive.</summary>
    public bool IsFailing
    {
        get
        {
            lock (_lock)
            {
                return _failingSince is not null;
            }
        }
    }

    /// <summary>What went wrong last, and when; empty where nothing did.</summary>
    public (string Error, DateTimeOffset? At) LastError
    {
        get
        {
            lock (_lock)
            {
                return (_lastError, _lastErrorAt);
            }
        }
    }

    public void NoteSent()
    {
        lock (_lock)
        {
            if (_failingSince is { } since)
            {
                _failingSince = null;
                logger.LogInformation("Remote write {Remote} goes on after {Seconds:F0} s", name, (time.GetUtcNow() - since).TotalSeconds);
            }
        }
    }

    public void NoteLater(string error)
    {
        lock (_lock)
        {
            Note(error);
            if (_failingSince is null)
            {
                _failingSince = time.GetUtcNow();
                logger.LogWarning("Remote write {Remote} to {Url} fails and is tried again until it does not: {Error}", name, url, error);
            }
        }
    }

    public void NoteRefused(string error, int samples)
    {
        lock (_lock)
        {
            Note(error);
            _failingSince = null;
            _unsaidRefused += samples;
            if (time.GetUtcNow() - _lastRefusal >= RefusalPause)
            {
                _lastRefusal = time.GetUtcNow();
                logger.LogError("Remote write {Remote} to {Url} refuses {Samples} samples for good, which are dropped: {Error}", name, url, _unsaidRefused, error);
                _unsaidRefused = 0;
            }
        }
    }

    private void Note(string error)
    {
        _lastError = error;
        _lastErrorAt = time.GetUtcNow();
    }
}

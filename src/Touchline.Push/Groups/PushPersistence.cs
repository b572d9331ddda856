using Microsoft.Extensions.Logging;

namespace Touchline.Push.Groups;

/// <summary>
/// Keeps groups in a file: read at start, written where they changed, at most once an interval, and when it is disposed. What cannot be written
/// is said once and tried again; pushes go on.
/// </summary>
public sealed class PushPersistence(PushGroups groups, PushOptions options, TimeProvider time, ILogger<PushPersistence> logger) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private long _writtenVersion;
    private bool _hasFailed;
    private int _isDisposed;

    /// <summary>How often the file could not be written.</summary>
    public long Failures { get; private set; }

    /// <summary>Puts back what the file holds and keeps it up to date from here on. Called once.</summary>
    public void Start()
    {
        if (options.PersistenceFile.Length == 0)
        {
            return;
        }
        Restore();
        _running = Task.Run(() => RunAsync(_stop.Token));
    }

    /// <summary>Writes what changed since, and ends. May be called again.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 1)
        {
            return;
        }
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private void Restore()
    {
        var path = options.PersistenceFile;
        try
        {
            if (File.Exists(path))
            {
                groups.Restore(PushedFile.Read(path));
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            SetAside(path, e.Message);
        }
    }

    /// <summary>The next write would take the file away from whoever can still make something of it.</summary>
    private void SetAside(string path, string reason)
    {
        var aside = path + ".damaged";
        try
        {
            File.Move(path, aside, overwrite: true);
            logger.LogError("Pushed groups cannot be restored from {Path}, which is now {Aside}: {Reason}", path, aside, reason);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            logger.LogError("Pushed groups cannot be restored from {Path}: {Reason}; nor can it be set aside: {Failure}", path, reason, e.Message);
        }
    }

    private async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(options.PersistenceInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                WriteChanges();
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            WriteChanges();
        }
    }

    private void WriteChanges()
    {
        var version = groups.Version;
        if (version == _writtenVersion)
        {
            return;
        }
        try
        {
            PushedFile.Write(options.PersistenceFile, groups.Snapshot());
            _writtenVersion = version;
            if (_hasFailed)
            {
                logger.LogInformation("Pushed groups are written to {Path} again", options.PersistenceFile);
            }
            _hasFailed = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Failures++;
            if (!_hasFailed)
            {
                logger.LogError("Pushed groups cannot be written to {Path}, and would not outlive a restart: {Reason}", options.PersistenceFile, e.Message);
            }
            _hasFailed = true;
        }
    }
}

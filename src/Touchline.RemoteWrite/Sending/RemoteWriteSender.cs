using Microsoft.Extensions.Logging;
using Touchline.Configuration;
using Touchline.Model;
using Touchline.RemoteWrite.Sending.Queueing;
using Touchline.Storage;

namespace Touchline.RemoteWrite.Sending;

/// <summary>
/// Sends what goes into a store to the remotes of a configuration. What is on its way is on disk, so that it arrives at least once, though
/// a remote is away for hours or the process is killed. Thread-safe.
/// </summary>
public sealed class RemoteWriteSender : IAsyncDisposable
{
    private readonly SendingOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly MetadataBook _metadata = new();
    private readonly ForwardingStore _store;
    private readonly PositionFile _positions;
    private readonly MetadataFile _metadataFile;
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private IReadOnlyList<Remote> _remotes = [];
    private ForwardQueue? _queue;
    private Task _noting = Task.CompletedTask;
    private bool _isStopped;

    /// <param name="store">What samples go into beside.</param>
    public RemoteWriteSender(IMetricAppendable store, SendingOptions options, TimeProvider time, ILogger<RemoteWriteSender> logger)
    {
        (_options, _time, _logger) = (options, time, logger);
        _store = new ForwardingStore(store, _metadata, Incoming);
        _positions = new PositionFile(Path.Combine(options.Directory, "positions.json"), logger);
        _metadataFile = new MetadataFile(Path.Combine(options.Directory, "metadata.json"), _metadata, time, logger);
    }

    /// <summary>What is written to here goes into the store and to the remotes.</summary>
    public IMetricAppendable Store => _store;

    public IncomingFigures Incoming { get; } = new();

    /// <summary>Bytes on disk that are kept for remotes.</summary>
    public long QueueBytes => _queue?.Bytes ?? 0;

    /// <summary>The most there may be of them.</summary>
    public long QueueBytesLimit => _options.MaxQueueBytes;

    /// <summary>Samples that the disk did not take, and that nobody gets.</summary>
    public long LostSamples => _queue?.LostSamples ?? 0;

    /// <summary>The remotes in the order of the configuration.</summary>
    public IReadOnlyList<RemoteStatus> Remotes() => [.. Volatile.Read(ref _remotes).Select(remote => remote.Status())];

    /// <summary>
    /// Makes the remotes those of a configuration. One that is the same goes on undisturbed; one whose settings changed goes on where it was; a new
    /// one gets what comes from now on.
    /// </summary>
    public void Apply(IReadOnlyList<RemoteWriteConfig> configs, Labels externalLabels)
    {
        lock (_lock)
        {
            if (_isStopped || (configs.Count == 0 && _queue is null) || OpenQueue() is not { } queue)
            {
                return;
            }
            var names = RemoteNames.Of(configs);
            var wanted = names.Zip(configs, (name, config) => (Name: name, Config: config, Settings: Remote.SettingsOf(config, externalLabels))).ToList();
            var ending = _remotes.Where(remote => !wanted.Any(w => w.Name == remote.Name && w.Settings == remote.Settings)).ToList();
            Stop(ending);
            var remotes = wanted.ConvertAll(w => _remotes.FirstOrDefault(remote => remote.Name == w.Name && !ending.Contains(remote))
                ?? Begin(w.Name, w.Config, externalLabels, queue, ending.Find(remote => remote.Name == w.Name)));
            foreach (var gone in ending.Where(remote => !names.Contains(remote.Name) && remote.Status().QueuedBytes > 0))
            {
                _logger.LogWarning("Remote write {Remote} is not configured any more: what it did not get yet is not sent", gone.Name);
            }
            ending.ForEach(remote => remote.Dispose());
            Volatile.Write(ref _remotes, remotes);
            // A new remote's place is before what is queued from here on, and is noted before it, or a kill would have it begin behind that.
            _positions.Write(Positions, isForced: true);
            _store.Queue = remotes.Count > 0 ? queue : null;
        }
    }

    /// <summary>Sends what is in memory, as far as it arrives at once, and notes how far each remote got. Batches that come later are not queued.</summary>
    public async ValueTask DisposeAsync()
    {
        IReadOnlyList<Remote> remotes;
        lock (_lock)
        {
            if (_isStopped)
            {
                return;
            }
            _isStopped = true;
            _store.Queue = null;
            remotes = _remotes;
        }
        using var giveUp = new CancellationTokenSource(_options.StopGrace, _time);
        await Task.WhenAll(remotes.Select(remote => remote.StopAsync(giveUp.Token))).ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
        await _noting.ConfigureAwait(false);
        if (_queue is not null)
        {
            Note(_queue);
            _metadataFile.Write(isLast: true);
            foreach (var remote in remotes)
            {
                remote.Dispose();
            }
            _queue.Dispose();
        }
        _stop.Dispose();
    }

    private Remote Begin(string name, RemoteWriteConfig config, Labels externalLabels, ForwardQueue queue, Remote? before)
    {
        var from = before?.Position() ?? (_positions.Read().TryGetValue(name, out var noted) ? noted : RemotePosition.At(queue.End));
        var remote = new Remote(name, config, externalLabels, queue, from, _metadata, Incoming, () => _positions.Write(Positions), _time, _logger);
        remote.Start();
        return remote;
    }

    private void Stop(List<Remote> remotes)
    {
        if (remotes.Count == 0)
        {
            return;
        }
        using var giveUp = new CancellationTokenSource(_options.StopGrace, _time);
        Task.WhenAll(remotes.Select(remote => remote.StopAsync(giveUp.Token))).GetAwaiter().GetResult();
    }

    /// <summary>The queue, opened when it is first needed; null where that fails, which is then said.</summary>
    private ForwardQueue? OpenQueue()
    {
        if (_queue is not null)
        {
            return _queue;
        }
        try
        {
            var behind = _positions.Read().Values.Select(position => position.Segment).DefaultIfEmpty().Max();
            _queue = new ForwardQueue(_options, behind, _logger);
            _metadataFile.Read();
            _noting = Task.Run(() => NoteAsync(_queue, _stop.Token));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _logger.LogError("Nothing is sent by remote write, as its queue cannot be opened: {Reason}", e.Message);
        }
        return _queue;
    }

    private async Task NoteAsync(ForwardQueue queue, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(_options.SyncInterval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
            {
                TryNote(queue);
            }
        }
        catch (OperationCanceledException)
        {
            _logger.LogDebug("positions of remote writes are not noted any more");
        }
    }

    private void TryNote(ForwardQueue queue)
    {
        try
        {
            Note(queue);
        }
#pragma warning disable CA1031 // Whatever goes wrong once, places are noted and files deleted the next time, or the queue fills the disk.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _logger.LogError(e, "Places of remote writes are noted again after an error");
        }
    }

    private Dictionary<string, RemotePosition> Positions() =>
        Volatile.Read(ref _remotes).ToDictionary(remote => remote.Name, remote => remote.Position(), StringComparer.Ordinal);

    private void Note(ForwardQueue queue)
    {
        lock (_lock)
        {
            queue.Sync();
            // May be ahead of what was forced to disk: after a power loss the file is shorter, and its number does not come again.
            _positions.Write(Positions);
            _metadataFile.Write();
            queue.Trim();
        }
    }
}

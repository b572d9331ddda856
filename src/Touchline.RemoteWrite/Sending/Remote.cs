using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;
using Touchline.Configuration;
using Touchline.Model;
using Touchline.Model.Protobuf;
using Touchline.RemoteWrite.Sending.Queueing;
using Touchline.RemoteWrite.Sending.Shards;

namespace Touchline.RemoteWrite.Sending;

/// <summary>Sends what the queue holds to one remote, from where it got to before, until it is stopped.</summary>
internal sealed class Remote : IDisposable
{
    private static readonly TimeSpan PlanInterval = TimeSpan.FromSeconds(10);

    /// <summary>More than that behind, and what has gathered is more than what is on its way.</summary>
    private const double CatchUpSeconds = 30;

    private readonly RemoteWriteConfig _config;
    private readonly ForwardQueue _queue;
    private readonly string _ways;
    private readonly QueueReader _reader;
    private readonly RecordItems _items;
    private readonly Acknowledgements _acknowledgements;
    private readonly ShardEnvironment _environment;
    private readonly ShardPlan _plan;
    private readonly IncomingFigures _incoming;
    private readonly Action _note;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _giveUp = new();
    private volatile Shard[] _shards = [];
    private volatile int _wantedShards;
    private Task _running = Task.CompletedTask;
    private long _firstReadMs;
    private long _highestReadMs;
    private long _samplesRead;
    private long _droppedBefore;

    /// <param name="from">How far it got before.</param>
    /// <param name="note">Has the places of all remotes noted, before samples go other ways than so far.</param>
    public Remote(
        string name, RemoteWriteConfig config, Labels externalLabels, ForwardQueue queue, RemotePosition from, MetadataBook metadata, IncomingFigures incoming,
        Action note, TimeProvider time, ILogger logger)
    {
        Name = name;
        Settings = SettingsOf(config, externalLabels);
        _ways = WaysOf(config, externalLabels);
        (_config, _queue, _incoming, _note) = (config, queue, incoming, note);
        _reader = queue.OpenReader(from.Place);
        var sentBefore = new SentBefore(from.Ways == _ways ? from.Shards ?? [] : []);
        _items = new RecordItems(config, externalLabels, Figures, sentBefore);
        _acknowledgements = new Acknowledgements(from.Place, queue.End);
        var client = new RemoteClient(config, time);
        Health = new RemoteHealth(name, client.DisplayUrl, time, logger);
        _environment = new ShardEnvironment(name, config, client, Figures, Health, metadata, sentBefore, time, logger);
        _plan = new ShardPlan(config.Queue.MinShards, config.Queue.MaxShards);
        _wantedShards = config.Queue.MinShards;
    }

    public string Name { get; }

    /// <summary>All that it was made of, to tell whether another configuration asks for the same. Held in memory only, as secrets are in it.</summary>
    public string Settings { get; }

    public RemoteFigures Figures { get; } = new();

    public RemoteHealth Health { get; }

    public void Start()
    {
        MakeShards([]);
        StartShards();
        _running = Task.WhenAll(
            Task.Run(() => GuardAsync(ReadAsync)), Task.Run(() => GuardAsync(PlanAsync)), Task.Run(() => GuardAsync(new MetadataSending(_environment).RunAsync)));
    }

    /// <summary>Up to where everything arrived or was given up. Nothing before is needed any more.</summary>
    public QueuePosition Acknowledge()
    {
        var dropped = _reader.Dropped;
        Figures.AddDropped(DropReason.QueueFull, dropped - Interlocked.Exchange(ref _droppedBefore, dropped));
        return _reader.Acknowledged = _acknowledgements.Done();
    }

    /// <summary>How far it has got, for whoever goes on from there.</summary>
    public RemotePosition Position()
    {
        var place = Acknowledge();
        // What is done by then is done by each shard, which a look at them afterwards can only find to have done more.
        return new RemotePosition(place.Segment, place.Offset, _acknowledgements.DoneBy(() => _shards), _ways);
    }

    /// <summary>Sends what it has in memory, and ends.</summary>
    /// <param name="giveUp">Ends it at once; what did not arrive is sent by the next one.</param>
    public async Task StopAsync(CancellationToken giveUp)
    {
        using var ending = giveUp.Register(_giveUp.Cancel);
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        await Task.WhenAll(_shards.Select(shard => shard.StopAsync(sendsRest: true, giveUp))).ConfigureAwait(false);
        Acknowledge();
    }

    public RemoteStatus Status()
    {
        var queued = _queue.BytesBehind(_reader.Acknowledged);
        var behind = BehindSeconds();
        var (error, at) = Health.LastError;
        return new RemoteStatus
        {
            Name = Name,
            Url = _environment.Client.DisplayUrl,
            Message = _config.Message == RemoteWriteMessageType.Two ? "io.prometheus.write.v2.Request" : "prometheus.WriteRequest",
            State = Health.IsFailing ? RemoteState.Retrying
                : behind > CatchUpSeconds ? RemoteState.CatchingUp
                : Figures.AllPending > 0 ? RemoteState.Sending : RemoteState.Idle,
            BehindSeconds = behind,
            QueuedBytes = queued,
            Shards = _shards.Length,
            ShardsDesired = _plan.Desired,
            ShardsMin = _config.Queue.MinShards,
            ShardsMax = _config.Queue.MaxShards,
            ShardCapacity = _config.Queue.Capacity,
            MaxSamplesPerSend = _config.Queue.MaxSamplesPerSend,
            Figures = Figures,
            LastError = error,
            LastErrorAt = at,
        };
    }

    public void Dispose()
    {
        _reader.Dispose();
        _environment.Client.Dispose();
        foreach (var shard in _shards)
        {
            shard.Dispose();
        }
        _stop.Dispose();
        _giveUp.Dispose();
    }

    public static string SettingsOf(RemoteWriteConfig config, Labels externalLabels) =>
        JsonSerializer.Serialize(config, SettingsJson.Options) + externalLabels;

    /// <summary>Short for the settings that decide which labels series have, and so which shard each goes to.</summary>
    private static string WaysOf(RemoteWriteConfig config, Labels externalLabels) => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(config.WriteRelabelConfigs, SettingsJson.Options) + externalLabels)))[..16];

    /// <summary>Parts of a remote end when it is stopped, and are tried again where something went wrong that nobody foresaw.</summary>
    private async Task GuardAsync(Func<CancellationToken, Task> part)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await part(_stop.Token).ConfigureAwait(false);
                return;
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // A remote that fails must not end the others, or the process.
            catch (Exception e)
#pragma warning restore CA1031
            {
                _environment.Logger.LogError(e, "Remote write {Remote} goes on after an error", Name);
                await Task.Delay(PlanInterval, _environment.Time, _stop.Token).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default)
                    .ConfigureAwait(false);
            }
        }
    }

    private async Task ReadAsync(CancellationToken stop)
    {
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            var grown = _queue.Grown;
            if (!_reader.TryRead(out var payload, out var isDone, out var isFirst))
            {
                await grown.WaitAsync(stop).ConfigureAwait(false);
                continue;
            }
            if (isFirst)
            {
                _items.BeginFile();
            }
            if (isDone)
            {
                _items.Skip(payload.Span);
                continue;
            }
            var record = _acknowledgements.Begin(_reader.Position);
            Read(payload, record);
            foreach (var item in _items.Items)
            {
                Figures.AddPending(item.Kind, 1);
                await EnqueueAsync(item, stop).ConfigureAwait(false);
            }
            _acknowledgements.HandOut(record);
        }
    }

    private void Read(ReadOnlyMemory<byte> payload, RecordProgress record)
    {
        try
        {
            _items.Read(payload.Span, record);
        }
        catch (MalformedMessageException e)
        {
            // Its checksum is right, so this is no damage of the disk; what could be read of it is sent.
            _environment.Logger.LogError("A record of the queue cannot be read in whole: {Reason}", e.Message);
        }
        Interlocked.Exchange(ref _highestReadMs, _items.HighestReadMs);
        Interlocked.Exchange(ref _samplesRead, _items.SamplesRead);
        if (_firstReadMs == 0 && _items.Items.Count > 0)
        {
            Interlocked.Exchange(ref _firstReadMs, _items.Items[0].TimestampMs);
        }
    }

    private async ValueTask EnqueueAsync(PendingSample item, CancellationToken stop)
    {
        while (true)
        {
            if (_wantedShards != _shards.Length)
            {
                await ReshardAsync().ConfigureAwait(false);
            }
            var shards = _shards;
            var shard = shards[item.Series.Hash % (uint)shards.Length];
            if (shard.Waiting.TryAdd(item))
            {
                return;
            }
            Figures.CountEnqueueRetry();
            await shard.Waiting.WaitForSpaceAsync(stop).ConfigureAwait(false);
        }
    }

    /// <summary>All shards end with the request that they are at, and what they hold moves on in order: a series is never in two of them.</summary>
    private async Task ReshardAsync()
    {
        var before = _shards;
        var left = await Task.WhenAll(before.Select(shard => shard.StopAsync(sendsRest: false, _giveUp.Token))).ConfigureAwait(false);
        _environment.Logger.LogDebug("remote write {Remote} goes from {Before} to {After} shards", Name, before.Length, _wantedShards);
        MakeShards(left.SelectMany(samples => samples));
        _note();
        StartShards();
        foreach (var shard in before)
        {
            shard.Dispose();
        }
    }

    private void MakeShards(IEnumerable<PendingSample> samples)
    {
        var shards = new Shard[_wantedShards];
        for (var i = 0; i < shards.Length; i++)
        {
            shards[i] = new Shard(_environment);
        }
        foreach (var group in samples.GroupBy(sample => sample.Series.Hash % (uint)shards.Length))
        {
            shards[group.Key].Waiting.AddAll(group);
        }
        _shards = shards;
    }

    private void StartShards()
    {
        foreach (var shard in _shards)
        {
            shard.Start();
        }
    }

    private async Task PlanAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(PlanInterval, _environment.Time);
        var (read, sent, sendTime, at) = (0L, 0L, TimeSpan.Zero, _environment.Time.GetTimestamp());
        while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
        {
            var (nowRead, nowSent, nowSendTime) = (_incoming.Samples + _incoming.Histograms, Figures.AllSent, Figures.SendTime);
            var gathered = Figures.AllPending + _queue.BytesBehind(_reader.Position) / ForwardQueue.BytesPerSample;
            _wantedShards = _plan.Next(
                _shards.Length, _environment.Time.GetElapsedTime(at).TotalSeconds, nowRead - read, nowSent - sent, (nowSendTime - sendTime).TotalSeconds, gathered);
            (read, sent, sendTime, at) = (nowRead, nowSent, nowSendTime, _environment.Time.GetTimestamp());
            if (_wantedShards != _shards.Length)
            {
                foreach (var shard in _shards)
                {
                    shard.Waiting.Poke();
                }
            }
        }
    }

    private double BehindSeconds()
    {
        var newest = Math.Max(_incoming.HighestTimestampMs, Interlocked.Read(ref _highestReadMs));
        var sent = Figures.HighestSentMs;
        if (newest == 0 || (Figures.AllPending == 0 && _queue.BytesBehind(_reader.Acknowledged) == 0))
        {
            return 0;
        }
        var arrived = sent > 0 ? sent : Interlocked.Read(ref _firstReadMs);
        return arrived == 0 ? 0 : Math.Max(0, (newest - arrived) / 1000.0);
    }

    private static class SettingsJson
    {
        public static readonly JsonSerializerOptions Options = new() { Converters = { new PatternConverter() } };

        private sealed class PatternConverter : JsonConverter<AnchoredRegex>
        {
            public override AnchoredRegex Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => throw new NotSupportedException();

            public override void Write(Utf8JsonWriter writer, AnchoredRegex value, JsonSerializerOptions options) => writer.WriteStringValue(value.Pattern);
        }
    }
}

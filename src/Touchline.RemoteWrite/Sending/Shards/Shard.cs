using Microsoft.Extensions.Logging;
using Snappier;
using Touchline.Configuration;
using Touchline.RemoteWrite.Sending.Messages;

namespace Touchline.RemoteWrite.Sending.Shards;

/// <summary>Sends the samples of its series, one request after the other, so that those of a series arrive in order.</summary>
internal sealed class Shard : IDisposable
{
    private readonly ShardEnvironment _environment;
    private readonly ShardQueue _waiting;
    private readonly IRequestEncoder _encoder;
    private readonly List<PendingSample> _batch = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _giveUp = new();
    private Task _running = Task.CompletedTask;
    private byte[] _body = [];
    private int _bodyLength;
    private bool _sendsRest;

    public Shard(ShardEnvironment environment)
    {
        var queue = environment.Config.Queue;
        _environment = environment;
        _waiting = new ShardQueue(queue.Capacity, queue.MaxSamplesPerSend, TimeSpan.FromMilliseconds(queue.BatchSendDeadlineMs), environment.Time);
        _encoder = environment.NewEncoder();
    }

    public ShardQueue Waiting => _waiting;

    public void Start() => _running = Task.Run(RunAsync);

    /// <summary>Ends when the request under way has, and gives back what was not sent, in order.</summary>
    /// <param name="sendsRest">Whether what waits is sent before, once.</param>
    /// <param name="giveUp">Ends requests too.</param>
    public async Task<List<PendingSample>> StopAsync(bool sendsRest, CancellationToken giveUp)
    {
        _sendsRest = sendsRest;
        using var ending = giveUp.Register(_giveUp.Cancel);
        await _stop.CancelAsync().ConfigureAwait(false);
        _waiting.Close();
        await _running.ConfigureAwait(false);
        return [.. _batch, .. _waiting.TakeRest()];
    }

    public void Dispose()
    {
        _stop.Dispose();
        _giveUp.Dispose();
    }

    private bool IsStopping => _stop.IsCancellationRequested;

    private async Task RunAsync()
    {
        while (!IsStopping || _sendsRest)
        {
            try
            {
                if (_batch.Count == 0 && !await _waiting.TakeAsync(_batch).ConfigureAwait(false))
                {
                    return;
                }
                if ((IsStopping && !_sendsRest) || !await SendBatchAsync().ConfigureAwait(false))
                {
                    return;
                }
            }
            catch (OperationCanceledException)
            {
                // Given up: what the batch holds is sent again by whoever comes next.
                return;
            }
#pragma warning disable CA1031 // Whatever goes wrong with a batch is said and tried again: the shard's other samples wait for it.
            catch (Exception e)
#pragma warning restore CA1031
            {
                _environment.Health.NoteLater(e.Message);
                _environment.Logger.LogDebug(e, "a batch for {Remote} cannot be sent", _environment.Name);
                if (!await PauseAsync(TimeSpan.FromMilliseconds(_environment.Config.Queue.MaxBackoffMs)).ConfigureAwait(false))
                {
                    return;
                }
            }
        }
    }

    /// <summary>Sends the batch until it arrives or is refused, and empties it. False where it stops before.</summary>
    private async ValueTask<bool> SendBatchAsync()
    {
        if (await AnswerAsync(dropsOld: true).ConfigureAwait(false) is not { } result)
        {
            return false;
        }
        if (IsRefusedForRepetition(result))
        {
            return await SendWhatIsNewAsync(result).ConfigureAwait(false);
        }
        Settle(result);
        return true;
    }

    /// <summary>Sends the batch as long as it does not arrive. Null where it stops before there is an answer that counts.</summary>
    private async ValueTask<SendResult?> AnswerAsync(bool dropsOld)
    {
        var queue = _environment.Config.Queue;
        var backoff = TimeSpan.FromMilliseconds(queue.MinBackoffMs);
        for (var attempt = 0; ; attempt++)
        {
            var isSmaller = dropsOld && DropOld();
            if (_batch.Count == 0)
            {
                return new SendResult(SendOutcome.Sent);
            }
            if (attempt == 0 || isSmaller)
            {
                MakeBody();
            }
            var started = _environment.Time.GetTimestamp();
            var result = await _environment.Client.SendAsync(_body.AsMemory(0, _bodyLength), attempt, _giveUp.Token).ConfigureAwait(false);
            _environment.Figures.NoteDuration(_environment.Time.GetElapsedTime(started));
            if (result.Outcome != SendOutcome.Later)
            {
                return result;
            }
            _environment.Health.NoteLater(result.Error);
            Count(_environment.Figures.AddRetried);
            if (IsStopping || !await PauseAsync(result.RetryAfter ?? backoff).ConfigureAwait(false))
            {
                return null;
            }
            backoff = TimeSpan.FromMilliseconds(Math.Min(queue.MaxBackoffMs, 2 * backoff.TotalMilliseconds));
        }
    }

    /// <summary>
    /// Whether the batch is refused as a whole because its first samples were sent before: receivers of version 1 that take nothing out of order
    /// store nothing of such a message. What follows in it would be lost. Thanos says 409 where others say 400.
    /// </summary>
    private bool IsRefusedForRepetition(SendResult result) =>
        result is { Outcome: SendOutcome.Refused, Status: 400 or 409 } && _environment.Config.Message == RemoteWriteMessageType.One && _batch.Count > 1
        && _batch[0].Record.IsRepeated;

    /// <summary>Finds out what of the batch is new, and sends that. False where it stops before; the batch then holds what is left.</summary>
    private async ValueTask<bool> SendWhatIsNewAsync(SendResult refusal)
    {
        // Exemplars that are there already are no reason to refuse anything.
        var isOld = _batch.ToLookup(sample => sample.Record.IsRepeated && sample.Kind != SampleKind.Exemplar);
        PendingSample[] rest = [.. isOld[false]];
        var parts = isOld[true].GroupBy(sample => _environment.SentBefore.ShardOf(sample.Series)).Select(part => new Repetition([.. part])).ToList();
        try
        {
            foreach (var part in parts)
            {
                if (!await part.SendAsync(TrySendAsync, samples => Settle(samples, refusal)).ConfigureAwait(false))
                {
                    return false;
                }
            }
            Load(rest);
            if (await AnswerAsync(dropsOld: false).ConfigureAwait(false) is not { } result)
            {
                return false;
            }
            Settle(result);
            rest = [];
            return true;
        }
        finally
        {
            Load([.. parts.SelectMany(part => part.Left), .. rest]);
        }
    }

    /// <summary>Sends a part of a batch. False where it is refused, which settles nothing; null where it stops before.</summary>
    private async ValueTask<bool?> TrySendAsync(PendingSample[] part)
    {
        Load(part);
        if (await AnswerAsync(dropsOld: false).ConfigureAwait(false) is not { } result)
        {
            return null;
        }
        if (result.Outcome == SendOutcome.Sent)
        {
            Settle(result);
            return true;
        }
        return false;
    }

    private void Settle(PendingSample[] samples, SendResult result)
    {
        Load(samples);
        Settle(result);
    }

    private void Load(PendingSample[] samples)
    {
        _batch.Clear();
        _batch.AddRange(samples);
    }

    private async ValueTask<bool> PauseAsync(TimeSpan pause)
    {
        try
        {
            await Task.Delay(pause, _environment.Time, _stop.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private void MakeBody()
    {
        var message = _encoder.Encode(_batch);
        var most = Snappy.GetMaxCompressedLength(message.Length);
        if (_body.Length < most)
        {
            _body = new byte[most];
        }
        _bodyLength = Snappy.Compress(message.Span, _body);
    }

    /// <summary>Gives up what is older than the remote wants. True where that was any.</summary>
    private bool DropOld()
    {
        if (_environment.Config.Queue.SampleAgeLimitMs is not (> 0 and var limit))
        {
            return false;
        }
        var oldest = _environment.Time.GetUtcNow().ToUnixTimeMilliseconds() - limit;
        return _batch.RemoveAll(sample =>
        {
            if (sample.TimestampMs >= oldest)
            {
                return false;
            }
            _environment.Figures.AddDropped(DropReason.TooOld, 1);
            _environment.Figures.AddPending(sample.Kind, -1);
            sample.Record.Done();
            return true;
        }) > 0;
    }

    private void Settle(SendResult result)
    {
        if (_batch.Count == 0)
        {
            return;
        }
        var latest = long.MinValue;
        Span<long> counts = stackalloc long[3];
        Span<long> repeated = stackalloc long[3];
        foreach (var sample in _batch)
        {
            counts[(int)sample.Kind]++;
            repeated[(int)sample.Kind] += sample.Record.IsRepeated ? 1 : 0;
            latest = Math.Max(latest, sample.TimestampMs);
            sample.Record.Done();
        }
        if (!RefusalText.TellsOfRepetition(result.Error))
        {
            repeated.Clear();
        }
        var isSent = result.Outcome == SendOutcome.Sent;
        var lost = Count(counts, repeated, WrittenOf(result, counts));
        if (isSent)
        {
            _environment.Figures.NoteSent(_bodyLength, latest);
        }
        if (lost > 0 || (!isSent && repeated is [0, 0, 0]))
        {
            _environment.Health.NoteRefused(isSent ? Unwritten(result.Written) : result.Error, (int)lost);
        }
        else
        {
            _environment.Health.NoteSent();
        }
        _batch.Clear();
    }

    /// <summary>Counts what became of samples, and answers how many are lost.</summary>
    /// <param name="counts">All of them, by kind.</param>
    /// <param name="repeated">Those that the receiver may have refused because it has them.</param>
    /// <param name="written">Those that arrived.</param>
    private long Count(ReadOnlySpan<long> counts, ReadOnlySpan<long> repeated, WrittenCounts written)
    {
        long lost = 0;
        foreach (var kind in Enum.GetValues<SampleKind>())
        {
            var count = counts[(int)kind];
            var arrived = Math.Min(count, Of(written, kind));
            var again = Math.Min(count - arrived, repeated[(int)kind]);
            _environment.Figures.AddSent(kind, arrived);
            _environment.Figures.AddRepeated(again);
            _environment.Figures.AddFailed(kind, count - arrived - again);
            _environment.Figures.AddPending(kind, -count);
            // Receivers leave exemplars out without a word, as they may.
            lost += kind == SampleKind.Exemplar ? 0 : count - arrived - again;
        }
        return lost;
    }

    /// <summary>What has arrived: receivers of version 2 say it, also where they refuse the rest of a message.</summary>
    private WrittenCounts WrittenOf(SendResult result, ReadOnlySpan<long> counts)
    {
        if (_environment.Config.Message == RemoteWriteMessageType.Two)
        {
            return result.Written ?? default;
        }
        return result.Outcome == SendOutcome.Sent
            ? new WrittenCounts(counts[(int)SampleKind.Sample], counts[(int)SampleKind.Histogram], counts[(int)SampleKind.Exemplar])
            : default;
    }

    private static string Unwritten(WrittenCounts? said) => said is null
        ? "the receiver answers with success and does not say what it stored, as receivers of remote write 2.0 do: it may know version 1.0 only"
        : "the receiver answers with success and says that it stored less than it was sent";

    private static long Of(WrittenCounts written, SampleKind kind) => kind switch
    {
        SampleKind.Sample => written.Samples,
        SampleKind.Histogram => written.Histograms,
        _ => written.Exemplars,
    };

    private void Count(Action<SampleKind, long> counter)
    {
        foreach (var sample in _batch)
        {
            counter(sample.Kind, 1);
        }
    }
}

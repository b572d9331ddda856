namespace Touchline.RemoteWrite.Sending.Shards;

/// <summary>
/// Samples that one shard of a process before may have sent, up to some place in this order. Receivers of version 1 that take nothing out of order
/// store nothing of a message with one of them, so that the place must be found: the last sample of each run in which no series is twice tells
/// whether it is behind the run; within the run it is found by halving, as no order matters among different series. Not thread-safe.
/// </summary>
internal sealed class Repetition(PendingSample[] samples)
{
    private int _start;
    private int _high;
    private int _next;

    /// <summary>What is neither sent nor given up, in order.</summary>
    public IEnumerable<PendingSample> Left => [.. samples[_start.._high], .. samples[_next..]];

    /// <summary>Sends what is new. False where it stops before.</summary>
    /// <param name="trySend">Sends a part. False where it is refused, null where it stops before there is an answer.</param>
    /// <param name="giveUp">Is told what was sent before.</param>
    public async ValueTask<bool> SendAsync(Func<PendingSample[], ValueTask<bool?>> trySend, Action<PendingSample[]> giveUp)
    {
        var mayAllBeNew = true;
        while (_next < samples.Length)
        {
            if (mayAllBeNew && await trySend(samples[_next..]).ConfigureAwait(false) is not false and var answer)
            {
                _next = answer is null ? _next : samples.Length;
                return answer is not null;
            }
            if (await SendRunAsync(trySend, giveUp).ConfigureAwait(false) is not { } isNew)
            {
                return false;
            }
            // A receiver takes the newest sample of a series twice, so that even now some of what follows may not be new.
            mayAllBeNew = isNew;
        }
        return true;
    }

    /// <summary>Whether the last sample of the run is new; null where it stops before that is known.</summary>
    private async ValueTask<bool?> SendRunAsync(Func<PendingSample[], ValueTask<bool?>> trySend, Action<PendingSample[]> giveUp)
    {
        var last = EndOfRun(_next) - 1;
        if (await trySend(samples[last..(last + 1)]).ConfigureAwait(false) is not { } isNew)
        {
            return null;
        }
        (_start, _high, _next) = (_next, isNew ? last : last + 1, last + 1);
        var low = isNew ? _start : _high;
        while (low < _high)
        {
            var middle = (low + _high) / 2;
            if (await trySend(samples[middle.._high]).ConfigureAwait(false) is not { } isBehind)
            {
                return null;
            }
            (low, _high) = isBehind ? (low, middle) : (middle + 1, _high);
        }
        giveUp(samples[_start..low]);
        _start = _high;
        return isNew;
    }

    /// <summary>Behind the samples from a place on that are all of different series.</summary>
    private int EndOfRun(int start)
    {
        var seen = new HashSet<RemoteSeries>();
        var end = start;
        while (end < samples.Length && seen.Add(samples[end].Series))
        {
            end++;
        }
        return end;
    }
}

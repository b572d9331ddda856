using System.Globalization;
using StackExchange.Redis;

namespace Touchline.Collectors.Middleware.Redis;

/// <summary>Asks for the figures of keys, a number of keys at once, so that the way to the server counts once for all of them.</summary>
internal sealed class RedisKeyReader(RedisSession session, bool showsTexts, TimeSpan timeout)
{
    private const int KeysAtOnce = 100;

    /// <summary>A value that is longer is no number, and too long for a label.</summary>
    private const int MaxValueLength = 128;

    /// <summary>What begins so is a HyperLogLog, whose size is not that of its bytes. Source: the head of such a value, as the documentation of PFCOUNT describes it.</summary>
    private const string HyperLogLog = "HYLL";

    private static readonly Dictionary<string, string> SizeCommands = new(StringComparer.Ordinal)
    {
        ["string"] = "STRLEN",
        ["list"] = "LLEN",
        ["set"] = "SCARD",
        ["zset"] = "ZCARD",
        ["hash"] = "HLEN",
        ["stream"] = "XLEN",
    };

    /// <param name="keys">What is asked about.</param>
    /// <param name="zeroWhereGone">Whether a key that is not there is shown with the size 0, because somebody named it.</param>
    /// <param name="time">What is not asked when it is over is left out.</param>
    /// <param name="cancellationToken">Ends waiting.</param>
    public List<RedisKeyFigure> Read(IEnumerable<RedisWatchedKey> keys, bool zeroWhereGone, RedisScanTime time, CancellationToken cancellationToken)
    {
        var figures = new List<RedisKeyFigure>();
        foreach (var some in keys.Chunk(KeysAtOnce).TakeWhile(_ => !time.IsOver))
        {
            time.Spend(() =>
            {
                var asked = Task.WhenAll(some.Select(key => ReadAsync(key, zeroWhereGone)));
                figures.AddRange(asked.WaitAsync(timeout, cancellationToken).GetAwaiter().GetResult().OfType<RedisKeyFigure>());
            });
        }
        return figures;
    }

    private async Task<RedisKeyFigure?> ReadAsync(RedisWatchedKey key, bool zeroWhereGone)
    {
        // Both are under way before anything is waited for, and in this order: the driver takes MEMORY for a command without a database, so that it is asked in that of the one before.
        var kind = session.TryAskAsync(key, "TYPE", key.Key);
        var usage = session.TryAskAsync(key, "MEMORY", "USAGE", key.Key);
        var type = RedisReply.Text(await kind);
        var memory = await usage;
        if (type == "none")
        {
            return zeroWhereGone ? new RedisKeyFigure(key, 0) : null;
        }
        if (!SizeCommands.TryGetValue(type, out var command))
        {
            return null;
        }
        var begin = type == "string" ? session.TryAskAsync(key, "GETRANGE", key.Key, 0, MaxValueLength) : null;
        if (!RedisReply.TryNumber(await session.TryAskAsync(key, command, key.Key), out var size))
        {
            return null;
        }
        var figure = new RedisKeyFigure(key, size) { Memory = RedisReply.TryNumber(memory, out var bytes) ? bytes : null };
        return begin is null ? figure : await WithValueAsync(figure, RedisReply.Text(await begin));
    }

    private async Task<RedisKeyFigure> WithValueAsync(RedisKeyFigure figure, string begin)
    {
        if (begin.StartsWith(HyperLogLog, StringComparison.Ordinal))
        {
            return RedisReply.TryNumber(await session.TryAskAsync(figure.Key, "PFCOUNT", figure.Key.Key), out var different) ? figure with { Size = different } : figure;
        }
        if (figure.Size > MaxValueLength)
        {
            return figure;
        }
        return double.TryParse(begin, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? figure with { Value = value }
            : figure with { Text = showsTexts ? begin : null };
    }
}

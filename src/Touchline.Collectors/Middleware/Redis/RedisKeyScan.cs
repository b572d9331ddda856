using StackExchange.Redis;

namespace Touchline.Collectors.Middleware.Redis;

/// <summary>
/// Looks for the keys of a pattern, some at each collection, so that a database of any size costs a collection no more than its share: what <see cref="Keys"/> and <see cref="Count"/>
/// say is of the last pass that came to its end. Used by one thread.
/// </summary>
internal sealed class RedisKeyScan(int database, string pattern, int batch, bool keepsKeys)
{
    /// <summary>Keys whose figures are shown; each has some series.</summary>
    public const int MaxKeys = 1_000;

    /// <summary>A label has to have an end, and so has what is kept.</summary>
    private const int MaxKeyLength = 1_024;

    private readonly Queue<IServer> _nodes = [];
    private readonly HashSet<RedisKey> _found = [];
    private string _cursor = "0";
    private long _counted;

    /// <summary>Null before the first pass has come to its end.</summary>
    public long? Count { get; private set; }

    /// <summary>No more than <see cref="MaxKeys"/>, and none before the first pass has come to its end.</summary>
    public IReadOnlyList<RedisKey> Keys { get; private set; } = [];

    /// <summary>Whether the last pass found more keys than are kept.</summary>
    public bool HasMore { get; private set; }

    /// <summary>Goes on where it was, until the pass or the time is over.</summary>
    public void Continue(RedisSession session, RedisScanTime time)
    {
        if (_nodes.Count == 0)
        {
            Begin(session);
        }
        while (_nodes.Count > 0 && !time.IsOver)
        {
            time.Spend(() => ScanOnce(_nodes.Peek()));
        }
        if (_nodes.Count == 0)
        {
            (Count, Keys) = (_counted, [.. _found]);
            HasMore = keepsKeys && _found.Count >= MaxKeys && _counted > _found.Count;
        }
    }

    /// <summary>Begins anew, where what it stood at is gone with the connection.</summary>
    public void Reset() => _nodes.Clear();

    private void Begin(RedisSession session)
    {
        foreach (var node in session.Nodes)
        {
            _nodes.Enqueue(node);
        }
        _found.Clear();
        (_cursor, _counted) = ("0", 0);
    }

    private void ScanOnce(IServer node)
    {
        if (RedisReply.List(node.Execute(database, "SCAN", [_cursor, "MATCH", pattern, "COUNT", batch])) is not [var cursor, var keys])
        {
            throw new InvalidCastException("the answer to SCAN is no cursor and keys");
        }
        foreach (var key in RedisReply.List(keys))
        {
            _counted++;
            if (keepsKeys && _found.Count < MaxKeys && (RedisKey)key is var name && ((byte[]?)name)?.Length <= MaxKeyLength)
            {
                _found.Add(name);
            }
        }
        _cursor = RedisReply.Text(cursor);
        if (_cursor == "0")
        {
            _nodes.Dequeue();
        }
    }
}

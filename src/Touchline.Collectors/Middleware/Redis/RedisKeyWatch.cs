using Microsoft.Extensions.Logging;
using StackExchange.Redis;
using Touchline.Configuration;

namespace Touchline.Collectors.Middleware.Redis;

/// <summary>
/// The keys, counts and streams that the configuration names, over all collections: passes that are under way go on. What goes wrong costs these figures, and not those of the server.
/// Used by one thread.
/// </summary>
internal sealed class RedisKeyWatch
{
    private readonly RedisOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly string _server;
    private readonly RedisSelection _selection;
    private readonly Dictionary<RedisKeyPattern, RedisKeyScan> _keyScans;
    private readonly Dictionary<RedisKeyPattern, RedisKeyScan> _countScans;
    private readonly Dictionary<RedisKeyPattern, RedisKeyScan> _streamScans;
    private readonly HashSet<string> _complaints = new(StringComparer.Ordinal);
    private int _turn;

    public RedisKeyWatch(RedisOptions options, string server, TimeProvider time, ILogger logger)
    {
        (_options, _server, _time, _logger) = (options, server, time, logger);
        _selection = options.Selection;
        _keyScans = Scans(_selection.CheckKeys.Where(pattern => pattern.IsPattern), keepsKeys: true);
        _countScans = Scans(_selection.CountKeys, keepsKeys: false);
        _streamScans = Scans(_selection.CheckStreams.Where(pattern => pattern.IsPattern), keepsKeys: true);
    }

    private bool HasNothing => _selection is { CheckKeys.Count: 0, CheckSingleKeys.Count: 0, CountKeys.Count: 0, CheckStreams.Count: 0, CheckSingleStreams.Count: 0 };

    /// <param name="session">The connection.</param>
    /// <param name="isMaster">Whether the server is one that others copy.</param>
    /// <param name="cancellationToken">Ends asking.</param>
    public RedisKeyAnswers Read(RedisSession session, bool isMaster, CancellationToken cancellationToken)
    {
        if (HasNothing)
        {
            return RedisKeyAnswers.None;
        }
        try
        {
            var answers = Ask(session, isMaster, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            return answers;
        }
        catch (Exception e) when (e is RedisException or TimeoutException or InvalidCastException)
        {
            foreach (var scan in _keyScans.Values.Concat(_countScans.Values).Concat(_streamScans.Values))
            {
                scan.Reset();
            }
            Complain("keys", $"keys cannot be looked for: {e.Message}");
            return RedisKeyAnswers.None;
        }
    }

    private RedisKeyAnswers Ask(RedisSession session, bool isMaster, CancellationToken cancellationToken)
    {
        var skipsKeys = isMaster && _selection.SkipsKeysOfMaster;
        Scan(session, skipsKeys ? _countScans.Values.Concat(_streamScans.Values) : _keyScans.Values.Concat(_countScans.Values).Concat(_streamScans.Values), cancellationToken);
        var figures = skipsKeys ? [] : Figures(session, cancellationToken);
        var streams = Streams(session, cancellationToken);
        var counts = _countScans.Where(scan => scan.Value.Count is not null).Select(scan => (scan.Key, scan.Value.Count!.Value)).ToList();
        return new RedisKeyAnswers(figures, counts, streams);
    }

    private List<RedisKeyFigure> Figures(RedisSession session, CancellationToken cancellationToken)
    {
        var reader = new RedisKeyReader(session, _selection.ExportsKeyValues, _options.Timeout);
        var time = NewTime(cancellationToken);
        var named = Named(_selection.CheckSingleKeys, _selection.CheckKeys);
        var figures = reader.Read(named, zeroWhereGone: true, time, cancellationToken);
        figures.AddRange(reader.Read(Found(_keyScans).Except(named).Take(RedisKeyScan.MaxKeys), zeroWhereGone: false, time, cancellationToken));
        return figures;
    }

    private List<RedisStream> Streams(RedisSession session, CancellationToken cancellationToken)
    {
        var time = NewTime(cancellationToken);
        var named = Named(_selection.CheckSingleStreams, _selection.CheckStreams);
        var streams = new List<RedisStream>();
        foreach (var key in named.Concat(Found(_streamScans).Except(named)).Take(RedisKeyScan.MaxKeys).TakeWhile(_ => !time.IsOver))
        {
            time.Spend(() =>
            {
                var asked = RedisStream.ReadAsync(session, key, !_selection.ExcludesStreamConsumers);
                if (asked.WaitAsync(_options.Timeout, cancellationToken).GetAwaiter().GetResult() is { } stream)
                {
                    streams.Add(stream);
                }
            });
        }
        return streams;
    }

    /// <summary>Who begins changes, as a pattern of a great database may take all of the time.</summary>
    private void Scan(RedisSession session, IEnumerable<RedisKeyScan> scans, CancellationToken cancellationToken)
    {
        var all = scans.ToList();
        var time = NewTime(cancellationToken);
        for (var i = 0; i < all.Count && !time.IsOver; i++)
        {
            all[(_turn + i) % all.Count].Continue(session, time);
        }
        _turn++;
        if (all.Exists(scan => scan.HasMore))
        {
            Complain("more", $"a pattern has more than {RedisKeyScan.MaxKeys} keys; the others are left out");
        }
    }

    private RedisScanTime NewTime(CancellationToken cancellationToken) => new(_time, _options.KeyTime < _options.Timeout ? _options.KeyTime : _options.Timeout, cancellationToken);

    private static List<RedisWatchedKey> Named(IEnumerable<RedisKeyPattern> single, IEnumerable<RedisKeyPattern> patterns) =>
        [.. single.Concat(patterns.Where(pattern => !pattern.IsPattern)).Select(pattern => new RedisWatchedKey(pattern.Database, pattern.Key)).Distinct()];

    private static IEnumerable<RedisWatchedKey> Found(Dictionary<RedisKeyPattern, RedisKeyScan> scans) =>
        scans.SelectMany(scan => scan.Value.Keys.Select(key => new RedisWatchedKey(scan.Key.Database, key))).Distinct();

    private Dictionary<RedisKeyPattern, RedisKeyScan> Scans(IEnumerable<RedisKeyPattern> patterns, bool keepsKeys) =>
        patterns.Distinct().ToDictionary(pattern => pattern, pattern => new RedisKeyScan(pattern.Database, pattern.Key, _selection.CheckKeysBatchSize, keepsKeys));

    private void Complain(string about, string problem)
    {
        if (_complaints.Add(about))
        {
            _logger.LogWarning("the Redis {Server}: {Problem}", _server, problem);
        }
    }
}

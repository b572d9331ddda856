namespace Touchline.Api;

/// <summary>
/// The text of points up to their values, of the times that were answered last: series that have a point at every step share their times, and so do the panels of a
/// page, each of which is a query of its own. Thread-safe.
/// </summary>
internal sealed class PointTexts
{
    private const int FewestPoints = 16;

    /// <summary>Pages that are looked at at the same moment.</summary>
    private const int Kept = 4;

    private readonly PointText?[] _texts = new PointText?[Kept];
    private Key? _asked;
    private int _next;

    /// <summary>Null where it is not known that these times will be answered again.</summary>
    /// <param name="times">In ms since the Unix epoch.</param>
    public PointText? Of(ReadOnlySpan<long> times)
    {
        if (times.Length < FewestPoints)
        {
            return null;
        }
        foreach (ref var text in _texts.AsSpan())
        {
            if (Volatile.Read(ref text) is { } known && known.Times.AsSpan().SequenceEqual(times))
            {
                return known;
            }
        }
        // Of the first series with such times it is not worth it: it may be the only one.
        var key = new Key(times.Length, times[0], times[^1]);
        if (Volatile.Read(ref _asked) != key)
        {
            Volatile.Write(ref _asked, key);
            return null;
        }
        var fresh = new PointText(times.ToArray());
        Volatile.Write(ref _texts[(uint)Interlocked.Increment(ref _next) % Kept], fresh);
        return fresh;
    }

    private sealed record Key(int Count, long First, long Last);
}

/// <summary>The text of points up to their values, one after the other.</summary>
internal sealed class PointText
{
    private const int LongestText = 32;

    private readonly byte[] _text;
    private readonly int[] _ends;

    public PointText(long[] times)
    {
        Times = times;
        _text = new byte[times.Length * LongestText];
        _ends = new int[times.Length];
        var end = 0;
        for (var i = 0; i < times.Length; i++)
        {
            end += JsonNumbers.FormatPointUpToValue(times[i], _text.AsSpan(end));
            _ends[i] = end;
        }
        Array.Resize(ref _text, end);
    }

    public long[] Times { get; }

    public ReadOnlySpan<byte> this[int point]
    {
        get
        {
            var start = point == 0 ? 0 : _ends[point - 1];
            return _text.AsSpan(start, _ends[point] - start);
        }
    }
}

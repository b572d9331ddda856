namespace Touchline.Push.StatsD;

/// <summary>
/// Quantiles of a stream in bounded memory, each within the error of rank that was asked for; exact while few values came. Source: Cormode,
/// Korn, Muthukrishnan, Srivastava, "Effective Computation of Biased Quantiles over Data Streams" (2005), the targeted variant. Not thread-safe.
/// </summary>
internal sealed class TargetedQuantiles(IReadOnlyList<QuantileTarget> targets)
{
    /// <summary>Values that are collected before they are merged: below it nothing is lost.</summary>
    private const int BufferSize = 250;

    private readonly List<(double Value, long Times)> _buffer = [];
    private List<Summarised> _merged = [];
    private long _mergedCount;

    public long Count { get; private set; }

    public void Add(double value, long times)
    {
        _buffer.Add((value, times));
        Count += times;
        if (_buffer.Count >= BufferSize)
        {
            Merge();
        }
    }

    public void Clear()
    {
        _buffer.Clear();
        _merged.Clear();
        (_mergedCount, Count) = (0, 0);
    }

    /// <summary>What is kept of the stream, in any order.</summary>
    public IEnumerable<Summarised> Values => _merged.Concat(_buffer.Select(v => new Summarised(v.Value, v.Times, v.Times, 0)));

    private void Merge()
    {
        _buffer.Sort((a, b) => a.Value.CompareTo(b.Value));
        var merged = new List<Summarised>(_merged.Count + _buffer.Count);
        var old = 0;
        foreach (var (value, times) in _buffer)
        {
            for (; old < _merged.Count && _merged[old].Value <= value; old++)
            {
                merged.Add(_merged[old]);
            }
            // Of the part that its successor stands for nobody knows how many are smaller; at the ends its rank is known exactly.
            var isAnEnd = merged.Count == 0 || old >= _merged.Count;
            merged.Add(new Summarised(value, times, times, isAnEnd ? 0 : _merged[old].Width - _merged[old].Times + _merged[old].Slack));
        }
        merged.AddRange(_merged.Skip(old));
        _mergedCount = Count;
        _buffer.Clear();
        _merged = Compress(merged);
    }

    /// <summary>Joins neighbours as long as the error stays allowed, from the largest value down.</summary>
    private List<Summarised> Compress(List<Summarised> values)
    {
        var kept = new List<Summarised>(values.Count);
        var last = values[^1];
        var rank = _mergedCount - last.Width;
        for (var i = values.Count - 2; i >= 0; i--)
        {
            var value = values[i];
            // The smallest value stays on its own, as quantiles near zero are its rank.
            if (i > 0 && value.Width + last.Width + last.Slack <= Allowed(rank - value.Width, _mergedCount))
            {
                last = last with { Width = last.Width + value.Width };
            }
            else
            {
                kept.Add(last);
                last = value;
            }
            rank -= value.Width;
        }
        kept.Add(last);
        kept.Reverse();
        return kept;
    }

    /// <summary>How wide a value of a rank may be, so that no target's error is exceeded.</summary>
    private double Allowed(double rank, double count)
    {
        var allowed = double.MaxValue;
        foreach (var target in targets)
        {
            var bound = target.Quantile * count <= rank
                ? 2 * target.Error * rank / target.Quantile
                : 2 * target.Error * (count - rank) / (1 - target.Quantile);
            allowed = Math.Min(allowed, bound);
        }
        return allowed;
    }
}

/// <summary>A value that stands for a part of a stream: the largest of the part.</summary>
/// <param name="Value">The value.</param>
/// <param name="Width">How many values the part has.</param>
/// <param name="Times">How many of them are this very value.</param>
/// <param name="Slack">By how much its rank may be larger than the widths up to it say.</param>
internal readonly record struct Summarised(double Value, long Width, long Times, long Slack);

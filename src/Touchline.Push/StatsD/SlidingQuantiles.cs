namespace Touchline.Push.StatsD;

/// <summary>Quantiles of the last minutes: values are kept by age, and the oldest part is forgotten as a whole. Not thread-safe.</summary>
internal sealed class SlidingQuantiles
{
    private readonly IReadOnlyList<QuantileTarget> _targets;
    private readonly TargetedQuantiles[] _parts;
    private readonly TimeSpan _partAge;
    private int _current;
    private DateTimeOffset _currentEnds;

    /// <param name="targets">What is asked for.</param>
    /// <param name="maxAge">How long a value counts.</param>
    /// <param name="parts">How many steps its age has.</param>
    /// <param name="now">When it begins.</param>
    public SlidingQuantiles(IReadOnlyList<QuantileTarget> targets, TimeSpan maxAge, int parts, DateTimeOffset now)
    {
        _targets = targets;
        _parts = [.. Enumerable.Range(0, parts).Select(_ => new TargetedQuantiles(targets))];
        _partAge = maxAge / parts;
        _currentEnds = now + _partAge;
    }

    public void Add(double value, long times, DateTimeOffset now)
    {
        Advance(now);
        _parts[_current].Add(value, times);
    }

    /// <summary>Each target with its value; NaN where nothing came of late.</summary>
    public IReadOnlyList<(double Quantile, double Value)> Read(DateTimeOffset now)
    {
        Advance(now);
        var values = _parts.SelectMany(part => part.Values).OrderBy(v => v.Value).ToList();
        var count = _parts.Sum(part => part.Count);
        return [.. _targets.Select(target => (target.Quantile, ValueAt(values, Math.Max(1, Math.Ceiling(target.Quantile * count)))))];
    }

    /// <summary>The value whose rank is surely nearest: with few values each quantile is one of them, and the right one.</summary>
    private static double ValueAt(List<Summarised> values, double wanted)
    {
        var (nearest, value) = (double.MaxValue, double.NaN);
        long rank = 0;
        foreach (var one in values)
        {
            rank += one.Width;
            var error = Math.Max(0, Math.Max(wanted - rank, rank - one.Times + 1 + one.Slack - wanted));
            if (error < nearest)
            {
                (nearest, value) = (error, one.Value);
            }
        }
        return value;
    }

    private void Advance(DateTimeOffset now)
    {
        for (var step = 0; now >= _currentEnds; step++)
        {
            if (step == _parts.Length)
            {
                // Nothing came for so long that all of it is forgotten.
                _currentEnds = now + _partAge;
                return;
            }
            _current = (_current + 1) % _parts.Length;
            _parts[_current].Clear();
            _currentEnds += _partAge;
        }
    }
}

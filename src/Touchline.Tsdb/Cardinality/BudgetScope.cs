using System.Runtime.InteropServices;

namespace Touchline.Tsdb.Cardinality;

/// <summary>
/// The series of the head, or of one job in it, by metric, and who is to blame when they are too many. Above a budget lies a reserve of a tenth of
/// it, for metrics that do not explode. A metric gets nothing of it where it grew at least half as much as the one that grew most and more than
/// a hundredth of the budget: it is stopped, together with its siblings (the buckets, sums and counts of one histogram). Every other may take
/// a tenth of what is left of the reserve, so that no number of explosions one after the other uses it up for a metric that makes its first series.
/// </summary>
internal sealed class BudgetScope
{
    private const int Tenth = 10;

    /// <summary>A hundredth of the budget: less growth than that is nobody's fault.</summary>
    private const int BlamelessShare = 100;

    private readonly Dictionary<string, Metric> _metrics = new(StringComparer.Ordinal);
    private long _mostGrowth;
    private int _exhaustion;
    private bool _isExhausted;

    public long Series { get; private set; }

    public IEnumerable<KeyValuePair<string, long>> Metrics => _metrics.Select(metric => KeyValuePair.Create(metric.Key, (long)metric.Value.Series));

    public long SeriesOf(string metric) => _metrics.GetValueOrDefault(metric).Series;

    /// <summary>Whether a new series of the metric is within the limit.</summary>
    public bool Admits(string metric, long limit)
    {
        if (Series < limit)
        {
            return true;
        }
        var left = limit + (limit / Tenth) - Series;
        if (left <= 0)
        {
            return false;
        }
        var counted = _metrics.GetValueOrDefault(metric);
        var isOffender = counted.Growth * BlamelessShare >= limit && counted.Growth * 2 >= _mostGrowth;
        var taken = counted.Exhaustion == _exhaustion ? counted.FromReserve : 0;
        return !isOffender && taken <= left / Tenth;
    }

    /// <param name="metric">The name of the new series' metric.</param>
    /// <param name="limit">The budget of the scope; 0 where it has none.</param>
    /// <param name="isNew">False for a series of the time before this start, which is no growth.</param>
    public void Created(string metric, long limit, bool isNew)
    {
        NoteExhaustion(limit);
        ref var counted = ref CollectionsMarshal.GetValueRefOrAddDefault(_metrics, metric, out _);
        Series++;
        counted.Series++;
        if (!isNew)
        {
            return;
        }
        counted.Created++;
        _mostGrowth = Math.Max(_mostGrowth, counted.Growth);
        if (_isExhausted)
        {
            counted.FromReserve = counted.Exhaustion == _exhaustion ? counted.FromReserve + 1 : 1;
            counted.Exhaustion = _exhaustion;
        }
    }

    public void Removed(string metric)
    {
        ref var counted = ref CollectionsMarshal.GetValueRefOrNullRef(_metrics, metric);
        Series--;
        if (--counted.Series == 0)
        {
            _metrics.Remove(metric);
        }
    }

    /// <summary>
    /// What grew in the period before the one that ends now is forgotten, and that of the one that ends where a whole one was missed. Not while the
    /// budget is exhausted: who filled it would be blameless after a while of being refused.
    /// </summary>
    public void BeginPeriod(bool missedOne, long limit)
    {
        NoteExhaustion(limit);
        if (_isExhausted)
        {
            return;
        }
        _mostGrowth = 0;
        foreach (var metric in _metrics.Keys)
        {
            ref var counted = ref CollectionsMarshal.GetValueRefOrNullRef(_metrics, metric);
            counted.CreatedBefore = missedOne ? 0 : counted.Created;
            counted.Created = 0;
            _mostGrowth = Math.Max(_mostGrowth, counted.Growth);
        }
    }

    private void NoteExhaustion(long limit)
    {
        var isExhausted = limit > 0 && Series >= limit;
        _exhaustion += isExhausted && !_isExhausted ? 1 : 0;
        _isExhausted = isExhausted;
    }

    private struct Metric
    {
        public int Series;
        public int Created;
        public int CreatedBefore;
        public int FromReserve;
        public int Exhaustion;

        public readonly long Growth => (long)Created + CreatedBefore;
    }
}

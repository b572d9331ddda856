using System.Runtime.InteropServices;

namespace Touchline.Tsdb.Cardinality;

/// <summary>
/// The series of the head, or of one job in it, by metric, and who is to blame when they are too many. The last tenth of a budget is a reserve
/// for metrics that do not explode: of it, each may take a tenth. A metric is refused from nine tenths on where it grew at least half as
/// much as the one that grew most and more than such a share. So a metric that makes its first series is let in, while the one that
/// fills the budget is stopped, together with its siblings (the buckets, sums and counts of one histogram).
/// </summary>
internal sealed class BudgetScope
{
    private const int Tenth = 10;

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
        var reserve = limit / Tenth;
        if (Series < limit - reserve)
        {
            return true;
        }
        if (Series >= limit)
        {
            return false;
        }
        var share = Math.Max(1, reserve / Tenth);
        var counted = _metrics.GetValueOrDefault(metric);
        var isOffender = counted.Growth >= share && counted.Growth * 2 >= _mostGrowth;
        return !isOffender && (counted.Exhaustion != _exhaustion || counted.FromReserve < share);
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

    /// <summary>What grew in the period before the one that ends now is forgotten, and that of the one that ends where a whole one was missed.</summary>
    public void BeginPeriod(bool missedOne)
    {
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
        var isExhausted = limit > 0 && Series >= limit - (limit / Tenth);
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

using Touchline.PromQL.Syntax;

namespace Touchline.PromQL.Evaluation.Aggregation;

/// <summary>
/// Chooses points of one group at one step. topk and bottomk keep a heap with the weakest of the chosen on top; the heap's moves are
/// those of Go's container/heap, because they decide which of several equal points stay.
/// </summary>
internal sealed class StepSelector(AggregateOperator op, List<SeriesColumn> series, AggregationNotes notes)
{
    private readonly List<(int Series, double Value)> _chosen = [];
    private int _step;
    private double _limit;

    private bool IsRanked => op is AggregateOperator.TopK or AggregateOperator.BottomK;

    public void Begin(int step, double limit)
    {
        _step = step;
        _limit = limit;
        _chosen.Clear();
    }

    public void Offer(int index, double hashOffset)
    {
        switch (op)
        {
            case AggregateOperator.LimitK:
                if (_chosen.Count < (long)_limit)
                {
                    _chosen.Add((index, 0));
                }
                break;
            case AggregateOperator.LimitRatio:
                if (_limit >= 0 ? hashOffset < _limit : hashOffset >= 1 + _limit)
                {
                    _chosen.Add((index, 0));
                }
                break;
            default:
                OfferRanked(index);
                break;
        }
    }

    public void Finish(List<int> order)
    {
        if (IsRanked)
        {
            // Best first; the sort must not reorder equals.
            var sorted = _chosen.Order(Comparer<(int Series, double Value)>.Create((a, b) => IsWeaker(b.Value, a.Value) ? -1 : IsWeaker(a.Value, b.Value) ? 1 : 0));
            order.AddRange(sorted.Select(c => c.Series));
            return;
        }
        foreach (var (index, _) in _chosen)
        {
            order.Add(index);
        }
    }

    private void OfferRanked(int index)
    {
        if (series[index].HistogramAt(_step) is not null)
        {
            notes.IgnoredHistogram();
            return;
        }
        var value = series[index].Values[_step];
        if (_chosen.Count < (long)_limit)
        {
            _chosen.Add((index, value));
            Up(_chosen.Count - 1);
        }
        else if (IsWeaker(_chosen[0].Value, value) && !double.IsNaN(value))
        {
            _chosen[0] = (index, value);
            Down(0);
        }
    }

    private bool IsWeaker(double a, double b)
    {
        if (double.IsNaN(a))
        {
            return !double.IsNaN(b);
        }
        return !double.IsNaN(b) && (op == AggregateOperator.TopK ? a < b : a > b);
    }

    private void Up(int at)
    {
        while (at > 0)
        {
            var parent = (at - 1) / 2;
            if (!IsWeaker(_chosen[at].Value, _chosen[parent].Value))
            {
                break;
            }
            (_chosen[at], _chosen[parent]) = (_chosen[parent], _chosen[at]);
            at = parent;
        }
    }

    private void Down(int at)
    {
        while (true)
        {
            var child = 2 * at + 1;
            if (child >= _chosen.Count)
            {
                break;
            }
            if (child + 1 < _chosen.Count && IsWeaker(_chosen[child + 1].Value, _chosen[child].Value))
            {
                child++;
            }
            if (!IsWeaker(_chosen[child].Value, _chosen[at].Value))
            {
                break;
            }
            (_chosen[at], _chosen[child]) = (_chosen[child], _chosen[at]);
            at = child;
        }
    }
}

using Touchline.PromQL.Syntax;

namespace Touchline.PromQL.Evaluation.Aggregation;

/// <summary>
/// Chooses points of one group at one step. topk and bottomk keep a heap with the weakest of the chosen on top; the heap's moves are
/// those of Go's container/heap, because they decide which of several equal points stay.
/// </summary>
internal sealed class StepSelector(AggregateOperator op, List<SeriesColumn> series, AggregationNotes notes)
{
    /// <summary>How many Go's sort puts in order by insertion.</summary>
    private const int MostInserted = 12;

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
            // Best first, and equals as they come from the heap. Where Go's sort inserts one by one, NaN goes before NaN.
            var numbers = _chosen.Where(c => !double.IsNaN(c.Value));
            order.AddRange((op == AggregateOperator.TopK ? numbers.OrderByDescending(c => c.Value) : numbers.OrderBy(c => c.Value)).Select(c => c.Series));
            var rest = _chosen.Where(c => double.IsNaN(c.Value)).Select(c => c.Series);
            order.AddRange(_chosen.Count <= MostInserted ? rest.Reverse() : rest);
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

    /// <summary>What is NaN is weaker than anything, another NaN too: that is no order, but which of several stay follows from it.</summary>
    private bool IsWeaker(double a, double b) => double.IsNaN(a) || (op == AggregateOperator.TopK ? a < b : a > b);

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

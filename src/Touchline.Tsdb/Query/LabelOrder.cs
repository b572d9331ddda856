using Touchline.Model;

namespace Touchline.Tsdb.Query;

/// <summary>Sorts series by their labels, and stops where the caller gave up: a million of them take seconds.</summary>
internal static class LabelOrder
{
    private const int ComparisonsPerCheck = 1024;

    public static void Sort(List<TsdbSeries> series, CancellationToken cancellationToken)
    {
        if (IsSorted(series, cancellationToken))
        {
            return;
        }
        var compared = 0;
        try
        {
            series.Sort((left, right) =>
            {
                if (++compared % ComparisonsPerCheck == 0)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                }
                return left.CompareTo(right);
            });
        }
        catch (InvalidOperationException e) when (e.InnerException is OperationCanceledException cancelled)
        {
            throw new OperationCanceledException(cancelled.Message, e, cancellationToken);
        }
    }

    /// <summary>Puts the series into the order of labels, given those that are in it already and <see cref="TsdbSeries.IsPlaced"/>.</summary>
    public static void Complete(List<TsdbSeries> series, List<TsdbSeries> placed, CancellationToken cancellationToken)
    {
        if (placed.Count == 0)
        {
            Sort(series, cancellationToken);
            return;
        }
        series.RemoveAll(one => one.IsPlaced);
        Sort(series, cancellationToken);
        if (series.Count > 0)
        {
            Merge(series, placed, cancellationToken);
            return;
        }
        series.AddRange(placed);
    }

    // Mostly few have no place: each looks for its own among those that do.
    private static void Merge(List<TsdbSeries> series, List<TsdbSeries> placed, CancellationToken cancellationToken)
    {
        var merged = new List<TsdbSeries>(series.Count + placed.Count);
        var taken = 0;
        for (var i = 0; i < series.Count; i++)
        {
            if (i % ComparisonsPerCheck == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
            var (low, high) = (taken, placed.Count);
            while (low < high)
            {
                var middle = (low + high) >>> 1;
                (low, high) = placed[middle].CompareTo(series[i]) < 0 ? (middle + 1, high) : (low, middle);
            }
            merged.AddRange(placed.GetRange(taken, low - taken));
            merged.Add(series[i]);
            taken = low;
        }
        merged.AddRange(placed.GetRange(taken, placed.Count - taken));
        series.Clear();
        series.AddRange(merged);
    }

    // What comes from a block is in order already, and sorting it again costs more than selecting it.
    private static bool IsSorted(List<TsdbSeries> series, CancellationToken cancellationToken)
    {
        for (var i = 1; i < series.Count; i++)
        {
            if (i % ComparisonsPerCheck == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
            if (series[i - 1].CompareTo(series[i]) > 0)
            {
                return false;
            }
        }
        return true;
    }
}

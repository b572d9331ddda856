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
                return left.Labels.CompareTo(right.Labels);
            });
        }
        catch (InvalidOperationException e) when (e.InnerException is OperationCanceledException cancelled)
        {
            throw new OperationCanceledException(cancelled.Message, e, cancellationToken);
        }
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
            if (series[i - 1].Labels.CompareTo(series[i].Labels) > 0)
            {
                return false;
            }
        }
        return true;
    }
}

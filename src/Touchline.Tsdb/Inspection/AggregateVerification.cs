using Touchline.Model;
using Touchline.Tsdb.Aggregates;

namespace Touchline.Tsdb.Inspection;

/// <summary>
/// Checks what a block's columns of aggregates must be to each other: every row of a series and resolution is in the column of last values, and every number of
/// histograms at a histogram. The columns of a series follow each other in a block.
/// </summary>
internal sealed class AggregateVerification(Action<Labels, string> report)
{
    private readonly Dictionary<AggregateColumn, HashSet<long>> _times = [];
    private Labels? _series;
    private long _resolutionMs;

    /// <summary>The coarsest resolution so far; 0 where there were no columns.</summary>
    public long CoarsestMs { get; private set; }

    public void Add(Labels labels, IReadOnlyCollection<long> times)
    {
        if (labels.Count == 0 || labels[labels.Count - 1].Name != AggregateLabel.Name)
        {
            End();
            return;
        }
        if (!AggregateLabel.TryRemove(labels, out var series, out var resolutionMs, out var column))
        {
            End();
            report(labels, $"a column of aggregates is called {labels[labels.Count - 1].Value}, which this version does not know");
            return;
        }
        if (!series.Equals(_series) || resolutionMs != _resolutionMs)
        {
            End();
            (_series, _resolutionMs) = (series, resolutionMs);
        }
        CoarsestMs = Math.Max(CoarsestMs, resolutionMs);
        _times[column] = [.. times];
    }

    /// <summary>Called once more at the end of the block.</summary>
    public void End()
    {
        if (_series is { } series)
        {
            foreach (var (column, times) in _times)
            {
                var wholeOf = column switch
                {
                    AggregateColumn.Last or AggregateColumn.Histogram => (AggregateColumn?)null,
                    AggregateColumn.HistogramCount => AggregateColumn.Histogram,
                    _ => AggregateColumn.Last,
                };
                if (wholeOf is { } whole && !(_times.GetValueOrDefault(whole) ?? []).IsSupersetOf(times))
                {
                    report(
                        AggregateLabel.Add(series, _resolutionMs, column),
                        $"the column {AggregateLabel.NameOf(column)} of its aggregates has rows that the column {AggregateLabel.NameOf(whole)} has not");
                }
            }
        }
        _times.Clear();
        _series = null;
    }
}

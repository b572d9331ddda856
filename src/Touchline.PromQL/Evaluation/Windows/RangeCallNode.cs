using System.Diagnostics.CodeAnalysis;
using Touchline.Model;
using Touchline.PromQL.Evaluation.Selection;
using Touchline.PromQL.Syntax;
using Touchline.Storage;

namespace Touchline.PromQL.Evaluation.Windows;

/// <summary>
/// A call of a function of a range vector. Each series is decoded once; the ends of the windows move over its samples beside the steps.
/// </summary>
internal sealed class RangeCallNode(
    RangeNode range, IReadOnlyList<ScalarNode> scalars, IReadOnlyList<TextSpan> spans, Func<WindowArguments, WindowFunction> makeFunction)
    : VectorNode(range.Grid)
{
    /// <summary>The same points in any order, for who makes nothing of it.</summary>
    public RangeCallNode Unordered() => new(range.Unordered(), scalars, spans, makeFunction);

    public override List<SeriesColumn> Evaluate(QueryContext context)
    {
        var columns = new List<SeriesColumn>();
        Make(context, new ColumnPool(Grid.Count), _ => { }, columns.Add);
        return SeriesMerge.Merge(context.Deadline, columns);
    }

    public override void Stream(QueryContext context, Action<SeriesColumn> take)
    {
        AlikeSeries? alike = null;
        var columns = new ColumnPool(Grid.Count);
        Make(context, columns, source => alike = !range.HasOneName && AlikeSeries.MayBeAmong(source, context) ? new AlikeSeries() : null, column =>
        {
            alike?.Add(column);
            take(column);
            context.Budget.Release(column.Samples);
            columns.Return(column.Values);
        });
    }

    private void Make(QueryContext context, ColumnPool columns, Action<IRangeSource> opened, Action<SeriesColumn> take)
    {
        if (Grid.Count == 0)
        {
            return;
        }
        var arguments = new WindowArguments([.. scalars.Select(s => s.Evaluate(context))], spans, range.Windows.RangeMs, Grid, context.Annotations)
        {
            HasTypeLabels = context.HasTypeLabels,
        };
        var source = range.Open(context);
        opened(source);
        SeriesBatches.Run(
            source.Count,
            context,
            Grid.Count,
            () => new Worker(makeFunction(arguments), range.Windows, Grid, columns, context),
            (series, worker) => worker.Run(series, source),
            take);
        context.Budget.Release(source.HeldSamples);
    }

    private sealed class Worker : IDisposable
    {
        /// <summary>Windows and rows that are gone through without asking whether the query is still wanted: a few hundredths of a second.</summary>
        private const int MostAtOnce = 1 << 22;

        private readonly SeriesSamples _samples = new();
        private readonly WindowFunction _function;
        private readonly WindowGeometry _windows;
        private readonly StepGrid _grid;
        private readonly ColumnPool _pool;
        private readonly QueryContext _context;
        private readonly BudgetShare _share;
        private readonly SampleColumns _columns;
        private readonly WindowRows.Cache _rows;

        public Worker(WindowFunction function, WindowGeometry windows, StepGrid grid, ColumnPool pool, QueryContext context)
        {
            (_function, _windows, _grid, _pool, _context) = (function, windows, grid, pool, context);
            _share = new BudgetShare(context.Budget, context.Tally);
            _columns = new SampleColumns(_share);
            _rows = new WindowRows.Cache(windows);
        }

        public void Dispose()
        {
            _columns.GiveBack();
            _share.Dispose();
        }

        public SeriesColumn? Run(int series, IRangeSource source)
        {
            source.Load(series, _columns);
            var column = _columns.Count == 0 ? null : Apply(source.IdentityOf(series));
            _columns.Clear();
            _share.Reserve(column?.Samples ?? 0);
            return column;
        }

        private SeriesColumn? Apply(SeriesIdentity series)
        {
            _samples.Fill(_columns);
            _function.Begin(series, _samples);
            var identity = _context.DelaysNames
                ? new SeriesIdentity(_function.KeepsName ? DroppedNames.Restore(series.Labels) : _context.Unnamed(series.Labels))
                : _function.KeepsName ? series : series.WithoutName();
            if (!TryApplyAtOnce(identity, out var column))
            {
                var builder = new SeriesColumnBuilder(_pool.Rent());
                Slide(builder);
                column = builder.Build(identity);
            }
            if (column.Present.IsEmpty)
            {
                _pool.Return(column.Values);
                return null;
            }
            _function.End(column);
            return column;
        }

        private bool TryApplyAtOnce(SeriesIdentity identity, [NotNullWhen(true)] out SeriesColumn? column)
        {
            column = null;
            if (_samples.HistogramCount > 0 || _samples.HasCounts || _columns.HasAggregates || _samples.FloatCount == 0
                || _grid.Count + _samples.FloatCount > MostAtOnce)
            {
                return false;
            }
            var rows = _rows.Of(_samples.FloatTimes);
            var values = _pool.Rent();
            if (!_function.TryEvaluateAll(new FloatWindows(rows, _samples.Floats), values, out var present))
            {
                _pool.Return(values);
                return false;
            }
            if (_context.Tally.IsPerStep)
            {
                for (var step = 0; step < _grid.Count; step++)
                {
                    _context.Tally.AddAt(step, rows.To[step] - rows.From[step]);
                }
            }
            _share.CountLooked(rows.Samples);
            column = new SeriesColumn(identity, present, values);
            return true;
        }

        private void Slide(SeriesColumnBuilder builder)
        {
            var floatTimes = _samples.FloatTimes;
            var histogramTimes = _samples.HistogramTimes;
            int floatFrom = 0, floatTo = 0, histogramFrom = 0, histogramTo = 0;
            var seen = 0L;
            var histograms = _samples.Histograms;
            var (histogramSizes, looked) = (0L, 0L);
            for (var step = 0; step < _grid.Count; step++)
            {
                var end = _windows.EndAt(step);
                var start = end - _windows.RangeMs;
                if (_columns.HasAggregates)
                {
                    (start, end) = WindowAlignment.Align(_columns, end, _windows.RangeMs);
                }
                Advance(floatTimes, ref floatFrom, ref floatTo, start, end);
                var (left, entered) = (histogramFrom, histogramTo);
                Advance(histogramTimes, ref histogramFrom, ref histogramTo, start, end);
                for (; entered < histogramTo; entered++)
                {
                    histogramSizes += SampleTally.SizeOf(histograms[entered]);
                }
                for (; left < histogramFrom; left++)
                {
                    histogramSizes -= SampleTally.SizeOf(histograms[left]);
                }
                if (floatFrom == floatTo && histogramFrom == histogramTo)
                {
                    continue;
                }
                // Functions that look at every sample of every window are checked by the samples they see, not by their steps.
                seen += 64 + floatTo - floatFrom + 16 * (histogramTo - histogramFrom);
                if (seen > 1 << 20)
                {
                    seen = 0;
                    _context.Deadline.ThrowIfOver();
                }
                var window = new SampleWindow(_samples, floatFrom, floatTo, histogramFrom, histogramTo)
                {
                    Step = step,
                    StartMs = start,
                    EndMs = end,
                };
                // Aggregates are rows that were looked at; a row that stands for samples which are all there is those samples.
                var size = (_columns.HasAggregates ? window.FloatCount : window.FloatSamples) + histogramSizes;
                _context.Tally.AddAt(step, size);
                looked += size;
                var point = _function.Evaluate(window);
                if (_function.GrowsWithWindow && end - start != _windows.RangeMs)
                {
                    point = point.Times(_windows.RangeMs / (double)(end - start));
                }
                if (point.Histogram is not null)
                {
                    builder.Set(step, point.Histogram);
                }
                else if (point.HasValue)
                {
                    builder.Set(step, point.Value);
                }
            }
            _share.CountLooked(looked);
        }

        private static void Advance(ReadOnlySpan<long> times, ref int from, ref int to, long start, long end)
        {
            if (times.Length > 0 && times[^1] <= end)
            {
                to = times.Length;
            }
            while (to < times.Length && times[to] <= end)
            {
                to++;
            }
            while (from < to && times[from] <= start)
            {
                from++;
            }
        }
    }
}

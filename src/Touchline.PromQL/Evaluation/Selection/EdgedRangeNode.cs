using Touchline.PromQL.Evaluation.Windows;
using Touchline.PromQL.Syntax;
using Touchline.Storage;

namespace Touchline.PromQL.Evaluation.Selection;

/// <summary>
/// An anchored or smoothed range that is the whole query: the samples between the ends of its window, and a point at either end. It is evaluated
/// at one step only.
/// </summary>
internal sealed class EdgedRangeNode(RangeNode range, SelectorWindow window, long lookbackMs)
    : RangeNode(range.Grid, range.Windows with { RangeMs = range.Windows.RangeMs + 1 })
{
    public override IRangeSource Open(QueryContext context) => new Source(range.Open(context), range.Windows, window, lookbackMs, context.Budget);

    private sealed class Source(IRangeSource inner, WindowGeometry windows, SelectorWindow window, long lookbackMs, ISampleMeter meter) : IRangeSource
    {
        private readonly SeriesSamples _samples = new();

        public int Count => inner.Count;

        public long HeldSamples => inner.HeldSamples;

        public SeriesIdentity IdentityOf(int series) => inner.IdentityOf(series);

        public void Load(int series, SampleColumns into)
        {
            var columns = new SampleColumns(meter);
            inner.Load(series, columns);
            _samples.Fill(columns);
            if (_samples.HistogramCount > 0)
            {
                throw new PromQLEvaluationException(
                    QueryErrorKind.Execution, $"{window.ToString().ToLowerInvariant()} modifier is not supported with histograms");
            }
            var end = windows.EndAt(0);
            var start = end - windows.RangeMs;
            var edges = new EdgeInterpolation(window == SelectorWindow.Smoothed, isCounter: false, lookbackMs);
            if (edges.Next(_samples.FloatTimes, _samples.Floats, start, end) is { } edged)
            {
                into.Add(start, edged.Left);
                for (var row = edged.First; row <= edged.Last; row++)
                {
                    var time = _samples.FloatTimes[row];
                    if (time > start && time < end)
                    {
                        into.Add(time, _samples.Floats[row]);
                    }
                }
                into.Add(end, edged.Right);
            }
            columns.Clear();
        }
    }
}

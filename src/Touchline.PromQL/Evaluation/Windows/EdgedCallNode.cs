using System.Collections.Frozen;
using Touchline.Model;
using Touchline.PromQL.Evaluation.Selection;
using Touchline.PromQL.Syntax;
using Touchline.Storage;

namespace Touchline.PromQL.Evaluation.Windows;

/// <summary>
/// A function of a range that is <c>anchored</c> or <c>smoothed</c>: nothing is extrapolated, because the window has values at its ends. The range
/// gives samples of as much more time as the lookback is long, before and for smoothed ones after it too.
/// </summary>
internal sealed class EdgedCallNode(string function, RangeNode range, TextSpan place, SelectorWindow window, long lookbackMs) : VectorNode(range.Grid)
{
    private static readonly FrozenSet<string> Anchorable = FrozenSet.Create("changes", "delta", "increase", "rate", "resets");
    private static readonly FrozenSet<string> Smoothable = FrozenSet.Create("delta", "increase", "rate");

    private readonly bool _isCounter = function is "rate" or "increase";

    /// <exception cref="PromQLEvaluationException">The function cannot do with the modifier.</exception>
    public static void RequireAllowed(string function, SelectorWindow window)
    {
        var allowed = window == SelectorWindow.Anchored ? Anchorable : Smoothable;
        if (!allowed.Contains(function))
        {
            var names = string.Join(", ", allowed.Order(StringComparer.Ordinal));
            throw new PromQLEvaluationException(
                QueryErrorKind.Execution, $"{window.ToString().ToLowerInvariant()} modifier can only be used with: {names} - not with {function}");
        }
    }

    public override List<SeriesColumn> Evaluate(QueryContext context)
    {
        var columns = new List<SeriesColumn>();
        if (Grid.Count > 0)
        {
            var source = range.Open(context);
            SeriesBatches.Run(source.Count, context, Grid.Count, () => new Worker(this, context), (series, worker) => worker.Run(series, source), columns.Add);
        }
        return SeriesMerge.Merge(context.Deadline, columns);
    }

    private sealed class Worker(EdgedCallNode node, QueryContext context)
    {
        private readonly SampleColumns _columns = new(context.Budget);
        private readonly SeriesSamples _samples = new();
        private readonly EdgeInterpolation _edges = new(node.Window == SelectorWindow.Smoothed, node._isCounter, node.LookbackMs);

        public SeriesColumn? Run(int series, IRangeSource source)
        {
            source.Load(series, _columns);
            var column = _columns.Count == 0 ? null : Apply(source.IdentityOf(series).Labels);
            _columns.Clear();
            context.Budget.Reserve(column?.Samples ?? 0);
            return column;
        }

        private SeriesColumn? Apply(Labels labels)
        {
            _samples.Fill(_columns);
            if (_samples.HistogramCount > 0)
            {
                throw new PromQLEvaluationException(QueryErrorKind.Execution, "smoothed and anchored modifiers do not work with native histograms");
            }
            _edges.Restart();
            var builder = new SeriesColumnBuilder(node.Grid.Count);
            var looked = 0L;
            for (var step = 0; step < node.Grid.Count; step++)
            {
                var end = node.Windows.EndAt(step);
                if (_edges.Next(_samples.FloatTimes, _samples.Floats, end - node.Windows.RangeMs, end) is { } window)
                {
                    builder.Set(step, Value(window));
                    context.Tally.AddAt(step, _edges.Looked);
                    looked += _edges.Looked;
                }
                if ((step & 1023) == 1023)
                {
                    context.Deadline.ThrowIfOver();
                }
            }
            context.Tally.AddTotal(looked);
            if (builder.Count == 0)
            {
                return null;
            }
            if (node._isCounter)
            {
                Rate.NoteIfNoCounter(new SeriesIdentity(labels), context.HasTypeLabels, context.Annotations, node.Place);
            }
            return builder.Build(LabelSets.WithoutName(labels));
        }

        private double Value(EdgedWindow window)
        {
            if (node.Function is "changes" or "resets")
            {
                return Transitions(window, resets: node.Function == "resets");
            }
            var difference = window.Right - window.Left;
            if (node._isCounter)
            {
                difference += Resets(window);
            }
            return node.Function == "rate" ? difference / (node.Windows.RangeMs / 1000.0) : difference;
        }

        /// <summary>What a counter had reached each time before it fell, the values at the ends of the window included.</summary>
        private double Resets(EdgedWindow window)
        {
            var lost = 0.0;
            var previous = window.Left;
            for (var row = window.First + 1; row < window.Last; row++)
            {
                var value = _samples.Floats[row];
                lost += value < previous ? previous : 0;
                previous = value;
            }
            return window.Right < previous ? lost + previous : lost;
        }

        private int Transitions(EdgedWindow window, bool resets)
        {
            var count = 0;
            var values = _samples.Floats[window.First..(window.Last + 1)];
            for (var row = 1; row < values.Length; row++)
            {
                var (before, after) = (values[row - 1], values[row]);
                count += resets ? (after < before ? 1 : 0) : after != before && !(double.IsNaN(after) && double.IsNaN(before)) ? 1 : 0;
            }
            return count;
        }
    }

    private string Function { get; } = function;

    private SelectorWindow Window { get; } = window;

    private long LookbackMs { get; } = lookbackMs;

    private TextSpan Place { get; } = place;

    private WindowGeometry Windows => range.Windows;
}

using Touchline.Model;
using Touchline.PromQL.Evaluation.Planning;
using Touchline.PromQL.Syntax;
using Touchline.Storage;

namespace Touchline.PromQL.Evaluation;

/// <summary>The top of a plan: turns what the operators yield into the answer's shape.</summary>
internal abstract class RootPlan
{
    public static RootPlan Of(Planner planner, Expr query, StepGrid grid, bool isRange) => query.Type switch
    {
        ExprType.Scalar => new ScalarPlan(planner.PlanScalar(query, grid), isRange),
        ExprType.String => new StringPlan(((StringLiteral)Planner.Unwrap(query)).Value),
        ExprType.Vector => new VectorPlan(planner.PlanVector(query, grid), isRange),
        _ => new MatrixPlan(planner.PlanRange(query, grid, SampleReading.Last)),
    };

    public abstract QueryResult Evaluate(QueryContext context);

    /// <param name="column">The points.</param>
    /// <param name="grid">Their steps.</param>
    /// <param name="all">The times of all steps, which the series that have a point at each share.</param>
    private static SeriesColumns ToColumns(SeriesColumn column, StepGrid grid, Lazy<long[]> all)
    {
        var count = column.Present.Count();
        if (count == grid.Count)
        {
            return new SeriesColumns(column.Labels, all.Value, column.Values, column.Histograms);
        }
        var times = new long[count];
        var values = new double[count];
        var histograms = column.Histograms is null ? null : new NativeHistogram?[count];
        var row = 0;
        for (var step = column.Present.Next(0); step >= 0; step = column.Present.Next(step + 1), row++)
        {
            times[row] = grid.TimeAt(step);
            values[row] = column.Values[step];
            if (histograms is not null)
            {
                histograms[row] = column.HistogramAt(step);
            }
        }
        return new SeriesColumns(column.Labels, times, values, histograms);
    }

    private static Lazy<long[]> TimesOf(StepGrid grid) => new(() =>
    {
        var times = new long[grid.Count];
        for (var step = 0; step < times.Length; step++)
        {
            times[step] = grid.TimeAt(step);
        }
        return times;
    });

    private sealed class StringPlan(string value) : RootPlan
    {
        public override QueryResult Evaluate(QueryContext context) => new() { Type = ExprType.String, String = value };
    }

    private sealed class ScalarPlan(ScalarNode node, bool isRange) : RootPlan
    {
        public override QueryResult Evaluate(QueryContext context)
        {
            context.Budget.Reserve(node.Grid.Count);
            var values = node.Evaluate(context);
            if (!isRange)
            {
                return new QueryResult { Type = ExprType.Scalar, Scalar = new Sample(node.Grid.StartMs, values[0]) };
            }
            var column = new SeriesColumn(Labels.Empty, StepMask.Full(node.Grid.Count), values);
            return new QueryResult { Type = ExprType.Matrix, Matrix = values.Length == 0 ? [] : [ToColumns(column, node.Grid, TimesOf(node.Grid))] };
        }
    }

    private sealed class VectorPlan(VectorNode node, bool isRange) : RootPlan
    {
        public override QueryResult Evaluate(QueryContext context)
        {
            var series = node.Evaluate(context);
            if (!isRange)
            {
                var vector = new List<VectorSample>(series.Count);
                foreach (var column in series)
                {
                    context.Deadline.ThrowIfOver();
                    if (column.Present[0])
                    {
                        vector.Add(new VectorSample(column.Labels, node.Grid.StartMs, column.Values[0], column.HistogramAt(0)));
                    }
                }
                return new QueryResult { Type = ExprType.Vector, Vector = vector };
            }
            series.Sort(context.Deadline.Watch<SeriesColumn>((a, b) => a.Labels.CompareTo(b.Labels)));
            var matrix = new List<SeriesColumns>(series.Count);
            var times = TimesOf(node.Grid);
            foreach (var column in series)
            {
                context.Deadline.ThrowIfOver();
                if (!column.Present.IsEmpty)
                {
                    matrix.Add(ToColumns(column, node.Grid, times));
                }
            }
            return new QueryResult { Type = ExprType.Matrix, Matrix = matrix };
        }
    }

    /// <summary>A range vector as the answer of an instant query: the samples themselves.</summary>
    private sealed class MatrixPlan(RangeNode node) : RootPlan
    {
        public override QueryResult Evaluate(QueryContext context)
        {
            var source = node.Open(context);
            var samples = new SampleColumns(context.Budget);
            var matrix = new List<SeriesColumns>();
            for (var series = 0; series < source.Count; series++)
            {
                context.Deadline.ThrowIfOver();
                source.Load(series, samples);
                var columns = Rows(source.IdentityOf(series).Labels, samples);
                samples.Clear();
                if (columns is not null)
                {
                    var looked = columns.Histograms?.Sum(SampleTally.SizeOf) ?? columns.Values.Length;
                    context.Budget.Reserve(looked);
                    context.Tally.AddAt(0, looked);
                    context.Tally.AddTotal(looked);
                    matrix.Add(columns);
                }
            }
            matrix.Sort(context.Deadline.Watch<SeriesColumns>((a, b) => a.Labels.CompareTo(b.Labels)));
            return new QueryResult { Type = ExprType.Matrix, Matrix = matrix };
        }

        /// <summary>The samples of the window without staleness markers. Aggregates may have come from before it.</summary>
        private SeriesColumns? Rows(Labels labels, SampleColumns samples)
        {
            if (IsWhole(samples))
            {
                return samples.Count == 0 ? null : new SeriesColumns(labels, samples.Timestamps.ToArray(), samples.Values.ToArray(), null);
            }
            var times = new List<long>(samples.Count);
            var values = new List<double>(samples.Count);
            var histograms = samples.HasHistograms ? new List<NativeHistogram?>(samples.Count) : null;
            for (var row = 0; row < samples.Count; row++)
            {
                var histogram = samples.HasHistograms ? samples.Histograms[row] : null;
                if (samples.Timestamps[row] < node.Windows.MinTimeMs
                    || (histogram is null ? StaleMarker.Is(samples.Values[row]) : histogram.IsStale))
                {
                    continue;
                }
                times.Add(samples.Timestamps[row]);
                values.Add(samples.Values[row]);
                histograms?.Add(histogram);
            }
            return times.Count == 0 ? null : new SeriesColumns(labels, times.ToArray(), values.ToArray(), histograms?.ToArray());
        }

        /// <summary>Whether every row belongs to the answer, as it mostly does: then it is copied once.</summary>
        private bool IsWhole(SampleColumns samples) => !samples.HasHistograms && !StaleMarker.IsIn(samples.Values)
            && (samples.Count == 0 || samples.Timestamps[0] >= node.Windows.MinTimeMs);
    }
}

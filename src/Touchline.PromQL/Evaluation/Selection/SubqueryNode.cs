using Touchline.Model;
using Touchline.Storage;

namespace Touchline.PromQL.Evaluation.Selection;

/// <summary>
/// A subquery: the inner expression is evaluated once over all the steps that any window covers, and its points are the samples. Its
/// steps are multiples of the resolution, so neighbouring windows share them. Those behind the last window, up to the end of the range that was asked for,
/// are evaluated for what they note and fail at, as Prometheus evaluates them.
/// </summary>
internal sealed class SubqueryNode(VectorNode inner, WindowGeometry windows, StepGrid grid) : RangeNode(grid, windows)
{
    public override IRangeSource Open(QueryContext context) => new Source(inner.Grid.Count == 0 ? [] : context.Apart(new SampleTally(0), inner.Evaluate), inner.Grid, Windows.LastEndMs);

    /// <summary>A hint speaks of the sample before in storage, which is not the sample before in the subquery.</summary>
    private static NativeHistogram WithoutNeighbourHint(NativeHistogram histogram) =>
        histogram.CounterResetHint is CounterResetHint.CounterReset or CounterResetHint.NotCounterReset
            ? histogram with { CounterResetHint = CounterResetHint.Unknown }
            : histogram;

    private sealed class Source(List<SeriesColumn> series, StepGrid steps, long lastMs) : IRangeSource
    {
        public int Count => series.Count;

        public long HeldSamples => series.Sum(column => column.Samples);

        public SeriesIdentity IdentityOf(int index) => series[index].Identity;

        public void Load(int index, SampleColumns into)
        {
            var column = series[index];
            for (var step = column.Present.Next(0); step >= 0 && steps.TimeAt(step) <= lastMs; step = column.Present.Next(step + 1))
            {
                if (column.HistogramAt(step) is { } histogram)
                {
                    into.Add(steps.TimeAt(step), WithoutNeighbourHint(histogram));
                }
                else
                {
                    into.Add(steps.TimeAt(step), column.Values[step]);
                }
            }
        }
    }
}

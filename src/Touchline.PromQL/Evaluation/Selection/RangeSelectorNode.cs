using Touchline.Model;
using Touchline.PromQL.Evaluation.Histograms;
using Touchline.Storage;

namespace Touchline.PromQL.Evaluation.Selection;

/// <summary>A range vector selector.</summary>
internal sealed class RangeSelectorNode(SeriesSelection selection, WindowGeometry windows, StepGrid grid) : RangeNode(grid, windows)
{
    public override bool HasOneName =>
        selection.Matchers.Any(m => m.Name == LabelNames.MetricName && m.Type == MatchType.Equal && m.Value.Length > 0);

    public override RangeNode Unordered() => new RangeSelectorNode(selection with { Ordered = false }, Windows, Grid);

    public override IRangeSource Open(QueryContext context) =>
        Grid.Count == 0 ? new Source([], selection, context) : new Source(context.Select(selection), selection, context);

    private sealed class Source(IReadOnlyList<ISeries> series, SeriesSelection selection, QueryContext context) : IRangeSource
    {
        public int Count => series.Count;

        public long HeldSamples => 0;

        public SeriesIdentity IdentityOf(int index) => new(series[index]);

        public void Load(int index, SampleColumns into)
        {
            series[index].Read(selection.MinTimeMs, selection.MaxTimeMs, into);
            if (selection.WithoutBuckets)
            {
                BucketlessHistograms.Strip(into, findResets: true);
            }
            context.Budget.CountRead(into.Count);
        }
    }
}

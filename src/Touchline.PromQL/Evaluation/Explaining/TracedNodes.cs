using Touchline.PromQL.Evaluation.Selection;
using Touchline.Storage;

namespace Touchline.PromQL.Evaluation.Explaining;

/// <summary>Measures an operator that makes series.</summary>
internal sealed class TracedVectorNode(VectorNode node, PlanStep step) : VectorNode(node.Grid)
{
    public override VectorNode Untraced => node;

    public override VectorNode InPlaceOf(VectorNode replacement) => new TracedVectorNode(replacement, step);

    public override List<SeriesColumn> Evaluate(QueryContext context)
    {
        var mark = step.Begin(context);
        var series = node.Evaluate(context);
        step.End(mark, context);
        step.Made(series.Count, series.Sum(column => (long)column.Present.Count()));
        return series;
    }

    public override void Stream(QueryContext context, Action<SeriesColumn> take)
    {
        var mark = step.Begin(context);
        var taking = 0L;
        node.Stream(context, column =>
        {
            var start = PlanStep.Now;
            step.Made(1, column.Present.Count());
            take(column);
            taking += PlanStep.Now - start;
        });
        step.End(mark, context, taking);
    }
}

/// <summary>Measures an operator that makes a number a step.</summary>
internal sealed class TracedScalarNode(ScalarNode node, PlanStep step) : ScalarNode(node.Grid)
{
    public override double? Constant => node.Constant;

    public override double[] Evaluate(QueryContext context)
    {
        var mark = step.Begin(context);
        var values = node.Evaluate(context);
        step.End(mark, context);
        step.Made(1, values.Length);
        return values;
    }
}

/// <summary>Measures what a range reads, series by series on whatever thread asks for it.</summary>
internal sealed class TracedRangeNode(RangeNode node, PlanStep step, bool readsStorage) : RangeNode(node.Grid, node.Windows)
{
    public override bool HasOneName => node.HasOneName;

    public override RangeNode Unordered() => node.Unordered() is var unordered && ReferenceEquals(unordered, node) ? this : new TracedRangeNode(unordered, step, readsStorage);

    public override IRangeSource Open(QueryContext context)
    {
        var mark = step.Begin(context);
        var source = node.Open(context);
        step.End(mark, context);
        return new Source(source, step, readsStorage);
    }

    private sealed class Source(IRangeSource source, PlanStep step, bool readsStorage) : IRangeSource
    {
        public int Count => source.Count;

        public long HeldSamples => source.HeldSamples;

        public SeriesIdentity IdentityOf(int series) => source.IdentityOf(series);

        public void Load(int series, SampleColumns into)
        {
            var start = PlanStep.Now;
            source.Load(series, into);
            step.Loaded(PlanStep.Now - start, into.Count, into.Chunks, readsStorage);
        }
    }
}

namespace Touchline.PromQL.Evaluation;

/// <summary>An operator of a plan. It knows its steps from planning on, so every time range is settled before anything is read.</summary>
internal abstract class PlanNode(StepGrid grid)
{
    public StepGrid Grid { get; } = grid;
}

/// <summary>Yields a set of series, each with a column of points over the grid. Labels are unique; the order is that of an instant answer.</summary>
internal abstract class VectorNode(StepGrid grid) : PlanNode(grid)
{
    /// <summary>The operator itself where this one only measures it.</summary>
    public virtual VectorNode Untraced => this;

    /// <summary>Another operator that does the same, measured where this one was.</summary>
    public virtual VectorNode InPlaceOf(VectorNode replacement) => replacement;

    public abstract List<SeriesColumn> Evaluate(QueryContext context);

    /// <summary>
    /// The same series in the same order, for who keeps none of them: an operator that can make them one after the other then never holds them all.
    /// </summary>
    /// <param name="context">The query.</param>
    /// <param name="take">Called by one thread at a time. The column is no longer in the query's budget when it returns.</param>
    public virtual void Stream(QueryContext context, Action<SeriesColumn> take)
    {
        var series = Evaluate(context);
        foreach (var column in series)
        {
            context.Deadline.ThrowIfOver();
            take(column);
        }
        context.Budget.Release(series);
    }
}

/// <summary>Yields one number a step.</summary>
internal abstract class ScalarNode(StepGrid grid) : PlanNode(grid)
{
    /// <summary>The number where it is the same at every step and known before anything is read.</summary>
    public virtual double? Constant => null;

    public abstract double[] Evaluate(QueryContext context);
}

/// <summary>Yields, for each series, the samples from which every step takes its window.</summary>
internal abstract class RangeNode(StepGrid grid, Selection.WindowGeometry windows) : PlanNode(grid)
{
    public Selection.WindowGeometry Windows { get; } = windows;

    /// <summary>Whether all series are of one metric, so that none become alike without their name.</summary>
    public virtual bool HasOneName => false;

    /// <summary>The same for who makes nothing of the order of the series; may be this node itself.</summary>
    public virtual RangeNode Unordered() => this;

    /// <summary>Reads what can be read of all series at once; the source then gives them one by one.</summary>
    public abstract Selection.IRangeSource Open(QueryContext context);
}

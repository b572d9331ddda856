namespace Touchline.PromQL.Evaluation;

/// <summary>
/// A part of a query that stands in it several times, with the same steps: the first that is evaluated hands its series on to the others. Where it has something to note the
/// others are evaluated too, because what is noted has a place in the query.
/// </summary>
/// <param name="own">The part itself.</param>
/// <param name="part">What all that are the same share.</param>
internal sealed class SharedVectorNode(VectorNode own, SharedPart part) : VectorNode(own.Grid)
{
    public VectorNode Own => own;

    public SharedPart Part => part;

    public override List<SeriesColumn> Evaluate(QueryContext context)
    {
        if (part.Take(context) is { } series)
        {
            return series;
        }
        if (!part.IsShared || context.Tally.IsPerStep)
        {
            return own.Evaluate(context);
        }
        var (tally, noted) = (new SampleTally(0), context.Annotations.Noted);
        var made = context.Apart(tally, own.Evaluate);
        context.Tally.AddTotal(tally.Total);
        if (context.Annotations.Noted == noted)
        {
            part.Keep(made, tally.Total, context);
        }
        return made;
    }

    public override void Stream(QueryContext context, Action<SeriesColumn> take)
    {
        if (part.Has)
        {
            base.Stream(context, take);
            return;
        }
        if (!part.IsShared || context.Tally.IsPerStep)
        {
            own.Stream(context, take);
            return;
        }
        var (tally, noted) = (new SampleTally(0), context.Annotations.Noted);
        var kept = new List<SeriesColumn>();
        var points = 0L;
        context.Apart(tally, _ =>
        {
            own.Stream(context, column =>
            {
                points += column.Samples;
                if (points <= SharedPart.MostPoints)
                {
                    // The column is used again for another series.
                    kept.Add(new SeriesColumn(column.Identity, column.Present, (double[])column.Values.Clone(), column.Histograms));
                }
                take(column);
            });
            return 0;
        });
        context.Tally.AddTotal(tally.Total);
        if (context.Annotations.Noted == noted && points <= SharedPart.MostPoints)
        {
            part.Keep(kept, tally.Total, context);
        }
    }
}

/// <summary>The series of a part that stands in a query several times.</summary>
/// <param name="text">What all of them are.</param>
internal sealed class SharedPart(string text)
{
    /// <summary>Of what is handed over series by series no more is kept: more would not be held otherwise.</summary>
    public const long MostPoints = 1 << 20;

    private List<SeriesColumn>? _series;
    private long _looked;

    public string Text => text;

    /// <summary>How many have not been evaluated yet.</summary>
    public int Left { get; set; }

    public bool IsShared => Left > 1;

    public bool Has => _series is not null;

    /// <summary>Keeps what the first made for those that are left, where the query's budget has room for it.</summary>
    public void Keep(List<SeriesColumn> series, long looked, QueryContext context)
    {
        if (context.Budget.TryReserve(series.Sum(column => column.Samples)))
        {
            Left--;
            _series = [.. series];
            _looked = looked;
        }
    }

    /// <summary>What was kept, as if it had been made for the caller; null where nothing is.</summary>
    public List<SeriesColumn>? Take(QueryContext context)
    {
        if (_series is not { } series)
        {
            return null;
        }
        context.Tally.AddTotal(_looked);
        if (--Left == 0)
        {
            _series = null;
            return series;
        }
        context.Budget.Reserve(series.Sum(column => column.Samples));
        return [.. series];
    }
}

using System.Runtime.ExceptionServices;

namespace Touchline.PromQL.Evaluation;

/// <summary>Runs the same work for many series, on all cores that the query may use where there are enough of them to pay for it.</summary>
internal static class SeriesLoop
{
    private const int WorthSharing = 64;

    /// <summary>
    /// The work of different series must not depend on one another; what it scribbles on comes from <paramref name="makeLocal"/>, and goes to
    /// <paramref name="giveBack"/>. From <paramref name="worthSharing"/> on it is shared.
    /// </summary>
    public static void Run<TLocal>(int count, QueryContext context, Func<TLocal> makeLocal, Action<int, TLocal> body, Action<TLocal> giveBack, int worthSharing = WorthSharing)
    {
        var deadline = context.Deadline;
        var cores = count < worthSharing ? 1 : context.Cores.Cores;
        if (cores == 1)
        {
            var local = makeLocal();
            for (var i = 0; i < count; i++)
            {
                deadline.ThrowIfOver();
                body(i, local);
            }
            giveBack(local);
            return;
        }
        try
        {
            Parallel.For(
                0,
                count,
                new ParallelOptions { MaxDegreeOfParallelism = cores },
                makeLocal,
                (i, _, local) =>
                {
                    deadline.ThrowIfOver();
                    body(i, local);
                    return local;
                },
                giveBack);
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }
}

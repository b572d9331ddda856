using Touchline.PromQL.Syntax;

namespace Touchline.PromQL.Evaluation.Planning;

/// <summary>
/// The selector whose native histograms Prometheus 3.5 reads without their buckets, because only count and sum are asked for. It shows: without buckets no layouts
/// can be at odds, and of gauges only a count that falls is a reset. Source: Prometheus, promql/engine.go (detectHistogramStatsDecoding), its limits included: it looks
/// at the first selector only, and not at a function that is the whole query.
/// </summary>
internal static class BucketlessSelector
{
    /// <summary>Null where buckets are read everywhere.</summary>
    public static VectorSelector? Of(Expr query)
    {
        var seen = new List<(Expr Expr, int Parent)>();
        var open = new Stack<(Expr Expr, int Parent)>([(query, -1)]);
        while (open.TryPop(out var next))
        {
            if (next.Expr is VectorSelector selector)
            {
                return AsksForCountOrSum(seen, next.Parent) ? selector : null;
            }
            seen.Add(next);
            var children = ExprTree.Children(next.Expr);
            if (next.Expr is AggregateExpr { Parameter: { } parameter } aggregate)
            {
                // Prometheus goes through what is aggregated before the parameter.
                children = [aggregate.Operand, parameter];
            }
            for (var i = children.Count - 1; i >= 0; i--)
            {
                open.Push((children[i], seen.Count - 1));
            }
        }
        return null;
    }

    /// <summary>The innermost function that decides, the whole query (at 0) apart.</summary>
    private static bool AsksForCountOrSum(List<(Expr Expr, int Parent)> seen, int at)
    {
        for (; at > 0; at = seen[at].Parent)
        {
            switch ((seen[at].Expr as Call)?.Function.Name)
            {
                case "histogram_count" or "histogram_sum" or "histogram_avg":
                    return true;
                case "histogram_quantile" or "histogram_fraction":
                    return false;
            }
        }
        return false;
    }
}

using Touchline.Model;
using Touchline.PromQL.Syntax;

namespace Touchline.PromQL.Evaluation.Functions;

/// <summary>The labels that an absent series would have had: those that the selector demands, each once and by equality.</summary>
internal static class AbsentLabels
{
    public static Labels Of(Expr argument)
    {
        var matchers = argument switch
        {
            VectorSelector vector => vector.Matchers,
            MatrixSelector matrix => matrix.Vector.Matchers,
            _ => [],
        };
        var builder = new LabelsBuilder();
        var seen = new HashSet<string>();
        // Prometheus' store puts matchers that only take away behind the others, and the labels are read of that order.
        var demanded = matchers.Where(m => !m.MatchesEmpty).Select(m => m.Name).ToHashSet();
        foreach (var matcher in matchers.OrderBy(m => !demanded.Contains(m.Name) || (m.Type is MatchType.NotEqual or MatchType.RegexNoMatch && m.MatchesEmpty)))
        {
            if (matcher.Name == LabelNames.MetricName)
            {
                continue;
            }
            if (matcher.Type == MatchType.Equal && seen.Add(matcher.Name))
            {
                builder.Set(matcher.Name, matcher.Value);
            }
            else
            {
                builder.Delete(matcher.Name);
            }
        }
        return builder.ToLabels();
    }
}

/// <summary><c>absent</c> and <c>absent_over_time</c>: 1 at the steps where the operand has nothing.</summary>
internal sealed class AbsentNode(VectorNode operand, Labels labels) : VectorNode(operand.Grid)
{
    public override List<SeriesColumn> Evaluate(QueryContext context)
    {
        var series = operand.Evaluate(context);
        var absent = StepMask.Full(Grid.Count);
        foreach (var column in series)
        {
            absent = absent.AndNot(column.Present);
        }
        context.Budget.Release(series);
        if (absent.IsEmpty)
        {
            return [];
        }
        context.Budget.Reserve(Grid.Count);
        var ones = new double[Grid.Count];
        Array.Fill(ones, 1);
        return [new SeriesColumn(labels, absent, ones)];
    }
}

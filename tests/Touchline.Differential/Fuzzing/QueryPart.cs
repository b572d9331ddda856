using System.Globalization;
using System.Text.RegularExpressions;
using Touchline.PromQL;
using Touchline.PromQL.Syntax;

namespace Touchline.Differential.Fuzzing;

/// <summary>An expression inside a query that has a value at each step, as a query of its own: at the steps at which the whole asks for it.</summary>
internal sealed partial record QueryPart(Expr Expr, string Text, Question Question, IReadOnlyList<QueryPart> Children)
{
    private const long DefaultSubqueryStepMs = 60_000;
    private const long MostSteps = 11_000;

    /// <summary>The whole query and what is in it, of a subquery what is in that; null where it is no query, or where its parts cannot be asked apart.</summary>
    public static QueryPart? Of(string query, Question question)
    {
        try
        {
            var expr = DurationResolver.Resolve(PromQLParser.Parse(query, PromQLFeatures.All), question.StepMs, question.EndMs - question.StartMs);
            return Inner(query, expr, question).FirstOrDefault();
        }
        catch (Exception e) when (e is PromQLSyntaxException or PromQLEvaluationException)
        {
            // Both servers say what is wrong with it, and that is compared as it stands.
            return null;
        }
    }

    /// <summary>The query with the times written out that <c>@ start()</c> and <c>@ end()</c> stand for.</summary>
    public static string WithFixedTimes(string query, Question question) => StartOrEnd().Replace(query, m =>
        "@ " + ((m.Groups[1].Value == "start" || question.IsInstant ? question.StartMs : question.EndMs) / 1000.0).ToString("F3", CultureInfo.InvariantCulture));

    /// <summary>Inner ones first.</summary>
    public IEnumerable<QueryPart> DescendantsAndSelf() => Children.SelectMany(c => c.DescendantsAndSelf()).Append(this);

    private static QueryPart Of(string query, Expr expr, Question question) =>
        new(expr, query[expr.Span.Start..expr.Span.End], question, [.. ExprTree.Children(expr).SelectMany(c => Inner(query, c, question))]);

    private static IEnumerable<QueryPart> Inner(string query, Expr expr, Question question) => expr switch
    {
        SubqueryExpr subquery => StepsOf(subquery, question) is { } steps ? Inner(query, subquery.Inner, steps) : [],
        _ when expr.Type is ExprType.Vector or ExprType.Scalar => [Of(query, expr, question)],
        ParenExpr paren => Inner(query, paren.Inner, question),
        _ => [],
    };

    /// <summary>When a subquery asks for what is in it; null where never, or too often to be asked over the API.</summary>
    private static Question? StepsOf(SubqueryExpr subquery, Question question)
    {
        var last = question.IsInstant ? question.StartMs : question.EndMs;
        var (from, to) = subquery.Time.At switch
        {
            AtKind.None => (question.StartMs, last),
            AtKind.Timestamp => (subquery.Time.AtTimestampMs, subquery.Time.AtTimestampMs),
            AtKind.Start => (question.StartMs, question.StartMs),
            _ => (last, last),
        };
        var step = subquery.StepMs > 0 ? subquery.StepMs : DefaultSubqueryStepMs;
        var leftEnd = from - subquery.Time.OffsetMs - subquery.RangeMs;
        var first = step * (leftEnd / step);
        first = first <= leftEnd ? first + step : first;
        var end = to - subquery.Time.OffsetMs;
        return end >= first && (end - first) / step < MostSteps ? new Question(first, end, step) : null;
    }

    [GeneratedRegex(@"@\s*(start|end)\s*\(\s*\)")]
    private static partial Regex StartOrEnd();
}

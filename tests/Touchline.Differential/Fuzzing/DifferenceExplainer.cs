using Touchline.PromQL.Syntax;

namespace Touchline.Differential.Fuzzing;

/// <summary>
/// Tells differences that have no right answer, or in which 3.5 is known to be wrong, from mistakes: looks for the innermost part of the query that
/// differs, and asks both servers what shows that it is one of these and no other.
/// </summary>
internal sealed class DifferenceExplainer(FuzzServers servers)
{
    /// <summary>Less than any two ways of computing the same differ in, and more than the last digits of a number.</summary>
    private const double LastDigits = 1e-12;

    private const int TimesTried = 3;
    private const int StepsBefore = 5;
    private const long StepBeforeMs = 60_000;

    private static readonly string[] SortedLabels = ["instance", "job", "revision", "le"];

    /// <summary>What is different between the answers of Prometheus and Touchline to a query, or null.</summary>
    public static string? DifferenceOf(string query, Question question, ApiAnswer[] answers)
    {
        var trimmed = query.TrimStart();
        var ordered = question.IsInstant && trimmed.StartsWith("sort", StringComparison.Ordinal);
        // A label that is missing compares with no other to Prometheus, so the order is what its way of sorting makes of that.
        ordered &= !trimmed.StartsWith("sort_by_label", StringComparison.Ordinal) || answers[0].AllHave(SortedLabels.Where(l => trimmed.Contains($"\"{l}\"", StringComparison.Ordinal)));
        var exact = !trimmed.Contains('(', StringComparison.Ordinal) && !trimmed.Any(c => "+-*/%^".Contains(c, StringComparison.Ordinal)) && !trimmed.Contains("atan2", StringComparison.Ordinal);
        return answers[0].DifferenceTo(answers[1], exact, ordered);
    }

    /// <summary>Why the answers may differ; null where that would be a mistake.</summary>
    public async Task<string?> ReasonAsync(string query, Question question, string difference)
    {
        if (KnownDifferences.Explain(query, difference) is { } wording)
        {
            return wording;
        }
        // What shows a reason may itself be an answer that Prometheus does not repeat.
        for (var i = 0; i < TimesTried; i++)
        {
            if (await ReasonInPartsAsync(query, question) is { } reason)
            {
                return reason;
            }
        }
        return null;
    }

    private async Task<string?> ReasonInPartsAsync(string query, Question question)
    {
        if (QueryPart.Of(QueryPart.WithFixedTimes(query, question), question) is not { } whole)
        {
            return null;
        }
        foreach (var part in whole.DescendantsAndSelf())
        {
            var answers = await servers.AskAsync(part.Question, part.Text);
            var differs = DifferenceOf(part.Text, part.Question, answers);
            if (differs is null && part.Expr is Call { Function.Name: "histogram_count" or "histogram_sum" or "histogram_avg" }
                && DifferenceOf(part.Text, part.Question, await servers.AskAsync(part.Question, $"({part.Text})")) is not null)
            {
                return "below histogram_count, histogram_sum and histogram_avg 3.5 reads no buckets, and misses what only they show, unless the call is the whole query";
            }
            if (differs is { } inner)
            {
                return KnownDifferences.Explain(part.Text, inner) ?? await ReasonOfPartAsync(part, answers)
                    ?? (part != whole && await ContradictsItselfAsync(whole) ? Contradiction : null);
            }
        }
        return null;
    }

    private const string Contradiction = "over a range 3.5 says what it does not say at each of the times, where it agrees with Touchline";

    private async Task<string?> ReasonOfPartAsync(QueryPart part, ApiAnswer[] answers)
    {
        switch (part.Expr)
        {
            case AggregateExpr { Operator: AggregateOperator.LimitK or AggregateOperator.TopK or AggregateOperator.BottomK } selecting when await IsOtherChoiceAsync(part, selecting, answers):
                return "which of equals come first follows the order of a Go map";
            case BinaryExpr { ReturnBool: false } comparison when comparison.Operator.IsComparison() && await HasTooManyMatchesAsync(part, comparison, answers):
                return "3.5 does not see that there is too much to match where a filter leaves only one";
            case Call { Function.Name: "absent" or "absent_over_time" } call when NamesALabelTwice(call):
                return "how 3.5 reads several conditions on one label depends on whether its store had been looked at";
            case Call { Function.Name: "info" } info when !part.Question.IsInstant && ExprTree.SelfAndDescendants(info).Any(e => e is VectorSelector { Time.OffsetMs: not 0 })
                && answers.All(a => !a.IsError) && answers[0].ChoosesAsMuchAs(answers[1], valuesToo: true):
                return "which info series 3.5 joins where there is an offset depends on start and end of the range";
            case Call { Function.Name: "info", Arguments.Count: 2 } when answers[1].HasMoreThan(answers[0], await WithoutInfosAsync(part.Question, part)):
                return Unjoined;
            case Call { Function.Name: "info", Arguments.Count: 2 } when await ContradictsItselfAsync(
                part, async (instants, time) => instants[1].HasMoreThan(instants[0], await WithoutInfosAsync(new Question(time, 0, 0), part))):
                return $"{Contradiction}; and {Unjoined}";
            case Call { Function.Name: "histogram_fraction" } when await IsInFirstBucketAsync(part, answers):
                return "later versions let the first classic bucket begin at zero, where 3.5 answers NaN";
            case Call { Function.Name: "histogram_quantile" }
                when answers[1].DiffersOnlyWhereNaNIn(answers[0], (await servers.AskAsync(part.Question, $"histogram_sum({part.Children[^1].Text})"))[1]):
                return "where the sum is NaN 3.5 answers with the bounds of the last bucket";
        }
        return answers[1].HasBucketsWhereMissingIn(answers[0]) || await ReusesMemoryAsync(part) ? "3.5 reuses the memory of histograms that are still needed: its buckets are not as many as it counts"
            : await IsLastDigitAsync(part) ? "an operand differs in its last digits, which decide"
            : await ContradictsItselfAsync(part) ? Contradiction
            : null;
    }

    private const string Unjoined = "3.5 takes series for such without info series that have the demanded label themselves, or whose metric is an info metric";

    /// <summary>
    /// Prometheus' operand of an info(): as info() leaves what has none, whose name it does not drop any more where names are dropped at the end only; or as it
    /// is where info() finds that info series contradict each other.
    /// </summary>
    private async Task<ApiAnswer> WithoutInfosAsync(Question question, QueryPart info)
    {
        var operand = info.Children[0].Text;
        var left = (await servers.AskAsync(question, $"info({operand}, {{no_such_label=\"\"}})"))[0];
        return left.IsErrorWith("found duplicate series for info metric") ? (await servers.AskAsync(question, operand))[0] : left;
    }

    /// <summary>
    /// Whether a function of a subquery of histograms below gives histograms with buckets that do not sum up, or at a time something else than over a range.
    /// What a subquery answers is all at once in memory, so that then nothing is true that is computed of it.
    /// </summary>
    private async Task<bool> ReusesMemoryAsync(QueryPart part)
    {
        foreach (var below in part.DescendantsAndSelf().Where(p => p.Expr is Call call && ExprTree.Children(call).Any(c => c is SubqueryExpr)))
        {
            if (!await IsOfHistogramsAsync(below))
            {
                continue;
            }
            for (var i = 0; i < TimesTried; i++)
            {
                if ((await servers.AskAsync(below.Question, below.Text)) is var answers && answers[1].IsWholeUnlike(answers[0]))
                {
                    return true;
                }
            }
            if (await SaysAnotherThingAtATimeAsync(below))
            {
                return true;
            }
        }
        return false;
    }

    private async Task<bool> IsOfHistogramsAsync(QueryPart call)
    {
        foreach (var child in call.Children)
        {
            if ((await servers.AskAsync(child.Question, child.Text))[1].HasHistograms)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Whether Prometheus' answer over a range is not what it says at its times, where Touchline's always is.</summary>
    private async Task<bool> SaysAnotherThingAtATimeAsync(QueryPart part)
    {
        var question = part.Question.IsInstant ? new Question(part.Question.StartMs - StepsBefore * StepBeforeMs, part.Question.StartMs, StepBeforeMs) : part.Question;
        var ranges = await servers.AskAsync(question, part.Text);
        var differs = ranges[0].IsError;
        for (var time = question.StartMs; time <= question.EndMs; time += question.StepMs)
        {
            var instants = await servers.AskAsync(new Question(time, 0, 0), part.Text);
            if (!instants[1].IsAt(time, ranges[1]))
            {
                return false;
            }
            differs |= !instants[0].IsAt(time, ranges[0]);
        }
        return differs;
    }

    /// <summary>
    /// Whether Prometheus' answer over a range is not what it says at each of the times itself, and Touchline's is the same both ways and always one of the
    /// two, but for what else may differ at a time.
    /// </summary>
    private async Task<bool> ContradictsItselfAsync(QueryPart part, Func<ApiAnswer[], long, Task<bool>>? mayDiffer = null)
    {
        if (part.Question.IsInstant)
        {
            return false;
        }
        var ranges = await servers.AskAsync(part.Question, part.Text);
        if (ranges[1].IsError)
        {
            return false;
        }
        var contradicts = false;
        for (var time = part.Question.StartMs; time <= part.Question.EndMs; time += part.Question.StepMs)
        {
            var instants = await servers.AskAsync(new Question(time, 0, 0), part.Text);
            var agrees = instants[0].IsAt(time, ranges[1])
                || (instants[1].IsAt(time, ranges[1])
                    && (instants[1].HasOnlyPointsOf(instants[0], ranges[0], time) || (mayDiffer is not null && await mayDiffer(instants, time))));
            if (!agrees)
            {
                return false;
            }
            contradicts |= ranges[0].IsError || !instants[0].IsAt(time, ranges[0]);
        }
        return contradicts;
    }

    /// <summary>
    /// Whether both chose as many of the same series. Over several steps what a function of vectors or an operator answers is in the order of a Go map, and
    /// so is always what count_values or info() answers, or a function that puts classic histograms together.
    /// </summary>
    private async Task<bool> IsOtherChoiceAsync(QueryPart part, AggregateExpr selecting, ApiAnswer[] answers)
    {
        if (!ExprTree.SelfAndDescendants(selecting.Operand).Any(e => e is AggregateExpr { Operator: AggregateOperator.CountValues } or Call { Function.Name: "histogram_quantile" or "histogram_fraction" or "info" }
            || (!part.Question.IsInstant && e is (BinaryExpr or Call) && ExprTree.Children(e).All(c => c.Type != ExprType.Matrix))))
        {
            return false;
        }
        var operand = part.Children[^1];
        var from = await servers.AskAsync(operand.Question, operand.Text);
        return from[0].DifferenceTo(from[1], exact: false, ordered: false) is null
            && answers[0].IsChosenFrom(from[0]) && answers[1].IsChosenFrom(from[1])
            && answers[0].ChoosesAsMuchAs(answers[1], valuesToo: selecting.Operator != AggregateOperator.LimitK);
    }

    /// <summary>Whether 3.5 says so too where nothing is filtered, if it does not come to another error at a later time.</summary>
    private async Task<bool> HasTooManyMatchesAsync(QueryPart part, BinaryExpr comparison, ApiAnswer[] answers)
    {
        if ((answers[0].IsError && !answers[0].IsErrorWith("found duplicate series for the match group")) || !answers[1].IsErrorWith("multiple matches for labels"))
        {
            return false;
        }
        var unfiltered = await servers.AskAsync(part.Question, part.Text.Insert(comparison.OperatorSpan.End - comparison.Span.Start, " bool "));
        return unfiltered.All(a => a.IsErrorWith("multiple matches for labels"));
    }

    private async Task<bool> IsInFirstBucketAsync(QueryPart part, ApiAnswer[] answers)
    {
        // The operand itself may have several series of the same labels, so long as their names are not dropped yet.
        var bounds = await servers.AskAsync(part.Question, $"count by (le) ({part.Children[^1].Text})");
        return bounds[0].SomeHave("le") && answers[1].DiffersOnlyWhereNaNIn(answers[0]);
    }

    private static bool NamesALabelTwice(Call call)
    {
        var matchers = ExprTree.SelfAndDescendants(call).OfType<VectorSelector>().First().Matchers;
        return matchers.Select(m => m.Name).Distinct().Count() < matchers.Count;
    }

    /// <summary>Whether the operands are the same but for last digits, and these are not: Go has its own power, logarithm, sine and so on.</summary>
    private async Task<bool> IsLastDigitAsync(QueryPart part)
    {
        var differs = false;
        foreach (var child in part.Children)
        {
            var answers = await servers.AskAsync(child.Question, child.Text);
            if (child.Expr.Type == ExprType.Vector && answers.All(a => a.IsErrorWith("vector cannot contain metrics with the same labelset")))
            {
                // Until the names are dropped, the series are different ones.
                answers = await servers.AskAsync(child.Question, $"label_replace({child.Text}, \"of_name\", \"$1\", \"__name__\", \"(.*)\")");
            }
            if (answers[0].DifferenceTo(answers[1], exact: false, ordered: false, LastDigits) is not null)
            {
                return false;
            }
            differs |= answers[0].DifferenceTo(answers[1], exact: true, ordered: false) is not null;
        }
        return differs;
    }
}

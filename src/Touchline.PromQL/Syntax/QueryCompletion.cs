namespace Touchline.PromQL.Syntax;

/// <summary>What an editor can offer where the caret stands.</summary>
public enum CompletionKind
{
    /// <summary>Nothing: inside a number or a string that is no label value, or behind an error.</summary>
    None,

    /// <summary>An expression begins: metric names, functions and aggregations.</summary>
    Expression,

    /// <summary>A label name inside braces, of series that <see cref="CompletionContext.Selector"/> finds.</summary>
    MatcherLabel,

    /// <summary>The value of <see cref="CompletionContext.Label"/> of series that <see cref="CompletionContext.Selector"/> finds; the span is inside the quotes.</summary>
    LabelValue,

    /// <summary>A label name in a clause such as <c>by (…)</c>, of any series of the query's metrics.</summary>
    GroupingLabel,

    /// <summary>An operator between braces: <c>=</c>, <c>!=</c>, <c>=~</c>, <c>!~</c>.</summary>
    MatchOperator,

    /// <summary>Behind an operand: binary operators, <c>offset</c>, <c>@</c>, <c>by</c> and <c>without</c>.</summary>
    Operator,

    /// <summary>Behind a binary operator: as <see cref="Expression"/>, and <c>bool</c>, <c>on</c>, <c>ignoring</c>.</summary>
    RightOperand,

    /// <summary>A unit behind the digits of a duration; the span is behind the digits.</summary>
    DurationUnit,

    /// <summary>A whole duration: <c>5m</c>.</summary>
    Duration,
}

/// <summary>
/// What to offer, and what an accepted offer replaces. <paramref name="Typed"/> is the part of it before the caret, to filter by.
/// </summary>
public sealed record CompletionContext(CompletionKind Kind, TextSpan Replace, string Typed)
{
    /// <summary>The metric name and the other matchers of the selector around the caret, as PromQL; empty where it has none yet.</summary>
    public string Selector { get; init; } = "";

    /// <summary>The label whose value is being written.</summary>
    public string Label { get; init; } = "";

    /// <summary>The metrics that the query names, for labels in grouping clauses.</summary>
    public IReadOnlyList<string> Metrics { get; init; } = [];

    /// <summary>Words of the language to offer here, those that need a feature which is off left out; names in the store are the caller's to add.</summary>
    public IReadOnlyList<CompletionWord> Words { get; init; } = [];
}

/// <summary>A word of the language: <c>rate</c>, <c>sum</c>, <c>offset</c>. <paramref name="Detail"/> is its signature, or empty.</summary>
public sealed record CompletionWord(string Text, CompletionWordKind Kind, string Detail);

public enum CompletionWordKind
{
    Function,
    Aggregation,
    Keyword,
    Operator,
    Unit,
}

/// <summary>Completion for editors. Pure: it knows the language, its caller knows the names in the store.</summary>
public static class QueryCompletion
{
    /// <param name="query">The text, which need not be a valid query.</param>
    /// <param name="caret">Between 0 and the text's length, in UTF-16 code units.</param>
    /// <param name="features">What is switched on.</param>
    public static CompletionContext At(string query, int caret, PromQLFeatures features) =>
        new CompletionScan(query, Math.Clamp(caret, 0, query.Length), features).Run();
}

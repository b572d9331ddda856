namespace Touchline.PromQL.Syntax;

/// <summary>What <c>@</c> refers to.</summary>
public enum AtKind
{
    None,
    Timestamp,
    Start,
    End,
}

/// <summary>The <c>offset</c> and <c>@</c> of a selector or subquery, in ms. The offset is subtracted from the evaluation time.</summary>
public readonly record struct TimeModifiers(long OffsetMs, AtKind At, long AtTimestampMs)
{
    public static TimeModifiers None => default;

    /// <summary>The offset where it is not a plain duration; <see cref="OffsetMs"/> is 0 until it is resolved.</summary>
    public DurationExpr? OffsetExpression { get; init; }
}

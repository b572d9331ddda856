using Touchline.Model;

namespace Touchline.PromQL.Syntax;

/// <summary>An instant vector selector. <paramref name="Matchers"/> include the one on <c>__name__</c> where the name was written before the braces.</summary>
public sealed record VectorSelector(TextSpan Span, string Name, IReadOnlyList<LabelMatcher> Matchers, TimeModifiers Time) : Expr(Span)
{
    public override ExprType Type => ExprType.Vector;

    public SelectorWindow Window { get; init; }
}

/// <summary>
/// A range vector selector: the samples of the last <paramref name="RangeMs"/> ms, the left end excluded. Offset and @ are those of
/// <paramref name="Vector"/>.
/// </summary>
public sealed record MatrixSelector(TextSpan Span, VectorSelector Vector, long RangeMs) : Expr(Span)
{
    public override ExprType Type => ExprType.Matrix;

    /// <summary>The range where it is not a plain duration; <see cref="RangeMs"/> is 0 until it is resolved.</summary>
    public DurationExpr? RangeExpression { get; init; }
}

/// <summary>A subquery: the inner expression at each step within the last <paramref name="RangeMs"/> ms; step 0 is the default one.</summary>
public sealed record SubqueryExpr(TextSpan Span, Expr Inner, long RangeMs, long StepMs, TimeModifiers Time) : Expr(Span)
{
    public override ExprType Type => ExprType.Matrix;

    /// <summary>The range where it is not a plain duration; <see cref="RangeMs"/> is 0 until it is resolved.</summary>
    public DurationExpr? RangeExpression { get; init; }

    /// <summary>The step where it is not a plain duration; <see cref="StepMs"/> is 0 until it is resolved.</summary>
    public DurationExpr? StepExpression { get; init; }
}

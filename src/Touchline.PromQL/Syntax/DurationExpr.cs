namespace Touchline.PromQL.Syntax;

/// <summary>
/// Arithmetic where a duration stands (<c>foo[5m * 2]</c>, <c>offset step()</c>), behind <see cref="PromQLFeatures.DurationExpressions"/>.
/// Values are seconds. A plain duration makes no such node; <see cref="DurationResolver"/> turns the others into milliseconds.
/// </summary>
public abstract record DurationExpr(TextSpan Span);

public sealed record DurationNumber(TextSpan Span, double Seconds) : DurationExpr(Span)
{
    /// <summary>Whether it was written with units.</summary>
    public bool HasUnit { get; init; }
}

/// <summary><c>step()</c>: the step of the range query, 0 of an instant one.</summary>
public sealed record DurationStep(TextSpan Span) : DurationExpr(Span);

/// <summary><c>range()</c>: from start to end of the range query.</summary>
public sealed record DurationRange(TextSpan Span) : DurationExpr(Span);

public sealed record DurationUnary(TextSpan Span, bool Negate, DurationExpr Operand) : DurationExpr(Span);

/// <summary><paramref name="Operator"/> is one of the arithmetic ones.</summary>
public sealed record DurationBinary(TextSpan Span, BinaryOperator Operator, DurationExpr Left, DurationExpr Right) : DurationExpr(Span);

/// <summary><c>min(a, b)</c> or <c>max(a, b)</c>.</summary>
public sealed record DurationExtreme(TextSpan Span, bool Max, DurationExpr Left, DurationExpr Right) : DurationExpr(Span);

public sealed record DurationParen(TextSpan Span, DurationExpr Inner) : DurationExpr(Span);

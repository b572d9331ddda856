namespace Touchline.PromQL.Syntax;

public sealed record NumberLiteral(TextSpan Span, double Value) : Expr(Span)
{
    public override ExprType Type => ExprType.Scalar;

    /// <summary>Whether it was written as a duration (<c>5m</c>), which is the number of its seconds and is printed as it was.</summary>
    public bool IsDuration { get; init; }
}

public sealed record StringLiteral(TextSpan Span, string Value) : Expr(Span)
{
    public override ExprType Type => ExprType.String;
}

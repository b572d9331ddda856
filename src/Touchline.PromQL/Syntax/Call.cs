namespace Touchline.PromQL.Syntax;

/// <summary>A function call with its arguments as written (defaults are the evaluator's business).</summary>
public sealed record Call(TextSpan Span, FunctionSignature Function, IReadOnlyList<Expr> Arguments) : Expr(Span)
{
    public override ExprType Type => Function.ReturnType;
}

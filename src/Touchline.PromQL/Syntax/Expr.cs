namespace Touchline.PromQL.Syntax;

/// <summary>A node of a query. Immutable; positions do not take part in the meaning.</summary>
public abstract record Expr(TextSpan Span)
{
    public abstract ExprType Type { get; }

    /// <summary>The query in its canonical form, on one line, as Prometheus prints it.</summary>
    public sealed override string ToString() => ExprPrinter.Print(this);
}

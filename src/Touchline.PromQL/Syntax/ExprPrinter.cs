namespace Touchline.PromQL.Syntax;

/// <summary>Prints queries as Prometheus does.</summary>
public static class ExprPrinter
{
    public static string Print(Expr expr) => throw new NotImplementedException();

    /// <summary>Broken over lines where it is long, as <c>promtool promql format</c> and <c>/api/v1/format_query</c> do.</summary>
    public static string Pretty(Expr expr) => throw new NotImplementedException();
}

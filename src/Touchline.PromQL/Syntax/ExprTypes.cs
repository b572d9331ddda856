namespace Touchline.PromQL.Syntax;

/// <summary>How types are called.</summary>
public static class ExprTypes
{
    /// <summary>In the API's JSON.</summary>
    public static string Name(this ExprType type) => type switch
    {
        ExprType.Scalar => "scalar",
        ExprType.String => "string",
        ExprType.Vector => "vector",
        _ => "matrix",
    };

    /// <summary>In the documentation and in error messages.</summary>
    public static string DocumentedName(this ExprType type) => type switch
    {
        ExprType.Vector => "instant vector",
        ExprType.Matrix => "range vector",
        _ => type.Name(),
    };
}

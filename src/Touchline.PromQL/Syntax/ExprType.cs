namespace Touchline.PromQL.Syntax;

/// <summary>What an expression evaluates to.</summary>
public enum ExprType
{
    Scalar,
    String,
    Vector,
    Matrix,
}

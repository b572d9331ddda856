namespace Touchline.PromQL.Syntax;

public sealed record ParenExpr(TextSpan Span, Expr Inner) : Expr(Span)
{
    public override ExprType Type => Inner.Type;
}

public sealed record UnaryExpr(TextSpan Span, bool Negate, Expr Operand) : Expr(Span)
{
    public override ExprType Type => Operand.Type;
}

public enum BinaryOperator
{
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Power,
    Atan2,

    /// <summary><c>&lt;/</c>: a histogram without what it observed above a threshold.</summary>
    TrimUpper,

    /// <summary><c>&gt;/</c>: a histogram without what it observed below a threshold.</summary>
    TrimLower,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    And,
    Or,
    Unless,
}

public enum MatchCardinality
{
    OneToOne,

    /// <summary><c>group_left</c>: many on the left, one on the right.</summary>
    ManyToOne,

    /// <summary><c>group_right</c>: one on the left, many on the right.</summary>
    OneToMany,

    /// <summary>Set operators.</summary>
    ManyToMany,
}

/// <summary>
/// How the sides of a binary operator between vectors are paired: on the labels (<paramref name="On"/>) or on all but them;
/// <paramref name="Include"/> are the labels taken over from the one side. The fills stand in for a missing partner.
/// </summary>
public sealed record VectorMatching(MatchCardinality Cardinality, bool On, IReadOnlyList<string> Labels, IReadOnlyList<string> Include)
{
    public double? FillLeft { get; init; }

    public double? FillRight { get; init; }
}

/// <summary><paramref name="Matching"/> is null unless both sides are vectors.</summary>
public sealed record BinaryExpr(TextSpan Span, BinaryOperator Operator, Expr Left, Expr Right, bool ReturnBool, VectorMatching? Matching) : Expr(Span)
{
    public override ExprType Type => Left.Type == ExprType.Scalar && Right.Type == ExprType.Scalar ? ExprType.Scalar : ExprType.Vector;

    /// <summary>Where the operator itself stands.</summary>
    public TextSpan OperatorSpan { get; init; }
}

public enum AggregateOperator
{
    Sum,
    Avg,
    Count,
    Min,
    Max,
    Group,
    Stddev,
    Stdvar,
    TopK,
    BottomK,
    CountValues,
    Quantile,
    LimitK,
    LimitRatio,
}

/// <summary>An aggregation. <paramref name="Parameter"/> is the k, quantile, ratio or label name, null for the others.</summary>
public sealed record AggregateExpr(TextSpan Span, AggregateOperator Operator, Expr Operand, Expr? Parameter, IReadOnlyList<string> Grouping, bool Without) : Expr(Span)
{
    public override ExprType Type => ExprType.Vector;
}

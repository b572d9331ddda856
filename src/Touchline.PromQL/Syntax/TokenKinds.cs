using System.Collections.Frozen;

namespace Touchline.PromQL.Syntax;

/// <summary>What the kinds of words mean to the grammar.</summary>
internal static class TokenKinds
{
    private static readonly FrozenDictionary<string, TokenKind> Keywords = new Dictionary<string, TokenKind>
    {
        ["and"] = TokenKind.And,
        ["or"] = TokenKind.Or,
        ["unless"] = TokenKind.Unless,
        ["atan2"] = TokenKind.Atan2,
        ["avg"] = TokenKind.Avg,
        ["bottomk"] = TokenKind.BottomK,
        ["count"] = TokenKind.Count,
        ["count_values"] = TokenKind.CountValues,
        ["group"] = TokenKind.Group,
        ["limitk"] = TokenKind.LimitK,
        ["limit_ratio"] = TokenKind.LimitRatio,
        ["max"] = TokenKind.Max,
        ["min"] = TokenKind.Min,
        ["quantile"] = TokenKind.Quantile,
        ["stddev"] = TokenKind.Stddev,
        ["stdvar"] = TokenKind.Stdvar,
        ["sum"] = TokenKind.Sum,
        ["topk"] = TokenKind.TopK,
        ["bool"] = TokenKind.Bool,
        ["by"] = TokenKind.By,
        ["group_left"] = TokenKind.GroupLeft,
        ["group_right"] = TokenKind.GroupRight,
        ["ignoring"] = TokenKind.Ignoring,
        ["offset"] = TokenKind.Offset,
        ["on"] = TokenKind.On,
        ["without"] = TokenKind.Without,
        ["start"] = TokenKind.Start,
        ["end"] = TokenKind.End,
        ["inf"] = TokenKind.Number,
        ["nan"] = TokenKind.Number,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The keyword that a word is, in any case; <see cref="TokenKind.Identifier"/> where it is none.</summary>
    public static TokenKind OfWord(string word) => Keywords.GetValueOrDefault(word, TokenKind.Identifier);

    /// <summary>All words with a meaning of their own, lower case.</summary>
    public static IEnumerable<string> Words => Keywords.Keys;

    public static bool IsOperator(this TokenKind kind) => kind is >= TokenKind.Add and <= TokenKind.At;

    public static bool IsAggregator(this TokenKind kind) => kind is >= TokenKind.Avg and <= TokenKind.TopK;

    public static bool IsKeyword(this TokenKind kind) => kind is >= TokenKind.Bool and <= TokenKind.FillRight;

    /// <summary>Whether the word may stand for a metric where an expression begins.</summary>
    public static bool IsMetricName(this TokenKind kind) => kind is TokenKind.Identifier or TokenKind.MetricIdentifier
        or TokenKind.And or TokenKind.Or or TokenKind.Unless or TokenKind.By or TokenKind.Offset or TokenKind.Without
        or TokenKind.Start or TokenKind.End || kind.IsAggregator();

    /// <summary>Whether an expression may begin with the word.</summary>
    public static bool StartsOperand(this TokenKind kind) => kind.IsMetricName() || kind is TokenKind.Number or TokenKind.Duration or TokenKind.String
        or TokenKind.LeftBrace or TokenKind.LeftParen or TokenKind.Add or TokenKind.Subtract;

    /// <summary>Whether the word may stand for a label in <c>by (…)</c>, <c>on (…)</c> and the like.</summary>
    public static bool IsLabelName(this TokenKind kind) => kind is TokenKind.Identifier or TokenKind.MetricIdentifier
        or TokenKind.And or TokenKind.Or or TokenKind.Unless or TokenKind.Atan2 or TokenKind.Bool or TokenKind.By or TokenKind.GroupLeft
        or TokenKind.GroupRight or TokenKind.Ignoring or TokenKind.Offset or TokenKind.On or TokenKind.Start or TokenKind.End
        || kind.IsAggregator();

    public static BinaryOperator? ToBinaryOperator(this TokenKind kind) => kind switch
    {
        TokenKind.Add => BinaryOperator.Add,
        TokenKind.Subtract => BinaryOperator.Subtract,
        TokenKind.Multiply => BinaryOperator.Multiply,
        TokenKind.Divide => BinaryOperator.Divide,
        TokenKind.Modulo => BinaryOperator.Modulo,
        TokenKind.Power => BinaryOperator.Power,
        TokenKind.Atan2 => BinaryOperator.Atan2,
        TokenKind.Equal => BinaryOperator.Equal,
        TokenKind.NotEqual => BinaryOperator.NotEqual,
        TokenKind.Less => BinaryOperator.Less,
        TokenKind.LessOrEqual => BinaryOperator.LessOrEqual,
        TokenKind.Greater => BinaryOperator.Greater,
        TokenKind.GreaterOrEqual => BinaryOperator.GreaterOrEqual,
        TokenKind.TrimUpper => BinaryOperator.TrimUpper,
        TokenKind.TrimLower => BinaryOperator.TrimLower,
        TokenKind.And => BinaryOperator.And,
        TokenKind.Or => BinaryOperator.Or,
        TokenKind.Unless => BinaryOperator.Unless,
        _ => null,
    };

    public static AggregateOperator ToAggregateOperator(this TokenKind kind) => kind switch
    {
        TokenKind.Avg => AggregateOperator.Avg,
        TokenKind.BottomK => AggregateOperator.BottomK,
        TokenKind.Count => AggregateOperator.Count,
        TokenKind.CountValues => AggregateOperator.CountValues,
        TokenKind.Group => AggregateOperator.Group,
        TokenKind.LimitK => AggregateOperator.LimitK,
        TokenKind.LimitRatio => AggregateOperator.LimitRatio,
        TokenKind.Max => AggregateOperator.Max,
        TokenKind.Min => AggregateOperator.Min,
        TokenKind.Quantile => AggregateOperator.Quantile,
        TokenKind.Stddev => AggregateOperator.Stddev,
        TokenKind.Stdvar => AggregateOperator.Stdvar,
        TokenKind.Sum => AggregateOperator.Sum,
        _ => AggregateOperator.TopK,
    };
}

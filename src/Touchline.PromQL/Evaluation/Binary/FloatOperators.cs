using System.Numerics;
using Touchline.PromQL.Syntax;

namespace Touchline.PromQL.Evaluation.Binary;

/// <summary>Binary operators on two floats.</summary>
internal static class FloatOperators
{
    public static bool IsComparison(BinaryOperator op) => op is >= BinaryOperator.Equal and <= BinaryOperator.GreaterOrEqual;

    public static bool IsSet(BinaryOperator op) => op is BinaryOperator.And or BinaryOperator.Or or BinaryOperator.Unless;

    /// <summary>The operator as it is written.</summary>
    public static string Symbol(BinaryOperator op) => op switch
    {
        BinaryOperator.Add => "+",
        BinaryOperator.Subtract => "-",
        BinaryOperator.Multiply => "*",
        BinaryOperator.Divide => "/",
        BinaryOperator.Modulo => "%",
        BinaryOperator.Power => "^",
        BinaryOperator.Atan2 => "atan2",
        BinaryOperator.Equal => "==",
        BinaryOperator.NotEqual => "!=",
        BinaryOperator.Less => "<",
        BinaryOperator.LessOrEqual => "<=",
        BinaryOperator.Greater => ">",
        BinaryOperator.GreaterOrEqual => ">=",
        BinaryOperator.And => "and",
        BinaryOperator.Or => "or",
        _ => "unless",
    };

    /// <summary>Between scalars, where a comparison is 1 or 0.</summary>
    public static double Scalar(BinaryOperator op, double left, double right) =>
        IsComparison(op) ? (Compare(op, left, right) ? 1 : 0) : Arithmetic(op, left, right);

    public static bool Compare(BinaryOperator op, double left, double right) => op switch
    {
        BinaryOperator.Equal => left == right,
        BinaryOperator.NotEqual => left != right,
        BinaryOperator.Less => left < right,
        BinaryOperator.LessOrEqual => left <= right,
        BinaryOperator.Greater => left > right,
        _ => left >= right,
    };

    public static double Arithmetic(BinaryOperator op, double left, double right) => op switch
    {
        BinaryOperator.Add => left + right,
        BinaryOperator.Subtract => left - right,
        BinaryOperator.Multiply => left * right,
        BinaryOperator.Divide => left / right,
        BinaryOperator.Modulo => left % right,
        BinaryOperator.Power => Math.Pow(left, right),
        _ => Math.Atan2(left, right),
    };

    /// <summary>A whole column at once, steps without points included: what they hold is never looked at.</summary>
    public static void Arithmetic(BinaryOperator op, ReadOnlySpan<double> left, ReadOnlySpan<double> right, Span<double> result)
    {
        right = right[..left.Length];
        result = result[..left.Length];
        var i = 0;
        if (op is BinaryOperator.Add or BinaryOperator.Subtract or BinaryOperator.Multiply or BinaryOperator.Divide)
        {
            for (; i <= left.Length - Vector<double>.Count; i += Vector<double>.Count)
            {
                var l = new Vector<double>(left[i..]);
                var r = new Vector<double>(right[i..]);
                var v = op switch
                {
                    BinaryOperator.Add => l + r,
                    BinaryOperator.Subtract => l - r,
                    BinaryOperator.Multiply => l * r,
                    _ => l / r,
                };
                v.CopyTo(result[i..]);
            }
        }
        for (; i < left.Length; i++)
        {
            result[i] = Arithmetic(op, left[i], right[i]);
        }
    }
}

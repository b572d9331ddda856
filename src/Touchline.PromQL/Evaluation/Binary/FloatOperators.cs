using System.Numerics;
using Touchline.PromQL.Syntax;

namespace Touchline.PromQL.Evaluation.Binary;

/// <summary>Binary operators on two floats.</summary>
internal static class FloatOperators
{
    /// <summary>Between scalars, where a comparison is 1 or 0.</summary>
    public static double Scalar(BinaryOperator op, double left, double right) =>
        op.IsComparison() ? (Compare(op, left, right) ? 1 : 0) : Arithmetic(op, left, right);

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

using System.Collections.Frozen;
using Touchline.PromQL.Evaluation.Numerics;

namespace Touchline.PromQL.Evaluation.Functions;

/// <summary>The functions of one number.</summary>
internal static class MathFunctions
{
    public static FrozenDictionary<string, ElementwiseNode.Function> ByName { get; } = new Dictionary<string, ElementwiseNode.Function>
    {
        ["abs"] = (v, _, _) => Math.Abs(v),
        ["ceil"] = (v, _, _) => Math.Ceiling(v),
        ["floor"] = (v, _, _) => Math.Floor(v),
        ["exp"] = (v, _, _) => Math.Exp(v),
        ["sqrt"] = (v, _, _) => Math.Sqrt(v),
        ["ln"] = (v, _, _) => Math.Log(v),
        ["log2"] = (v, _, _) => GoMath.Log2(v),
        ["log10"] = (v, _, _) => GoMath.Log10(v),
        ["sgn"] = (v, _, _) => v < 0 ? -1 : v > 0 ? 1 : v,
        ["sin"] = (v, _, _) => Math.Sin(v),
        ["cos"] = (v, _, _) => Math.Cos(v),
        ["tan"] = (v, _, _) => Math.Tan(v),
        ["asin"] = (v, _, _) => Math.Asin(v),
        ["acos"] = (v, _, _) => Math.Acos(v),
        ["atan"] = (v, _, _) => Math.Atan(v),
        ["sinh"] = (v, _, _) => Math.Sinh(v),
        ["cosh"] = (v, _, _) => Math.Cosh(v),
        ["tanh"] = (v, _, _) => Math.Tanh(v),
        ["asinh"] = (v, _, _) => Math.Asinh(v),
        ["acosh"] = (v, _, _) => Math.Acosh(v),
        ["atanh"] = (v, _, _) => Math.Atanh(v),
        ["deg"] = (v, _, _) => v * 180 / Math.PI,
        ["rad"] = (v, _, _) => v * Math.PI / 180,
    }.ToFrozenDictionary();

    public static double ClampMin(double value, double min, double unused) => GoMath.Max(min, value);

    public static double ClampMax(double value, double max, double unused) => GoMath.Min(max, value);

    /// <summary>To the nearest multiple, halves up. By the inverse, which is more often exact: 0.1 is not, 10 is.</summary>
    public static double Round(double value, double toNearest, double unused)
    {
        var inverse = 1 / toNearest;
        return Math.Floor(value * inverse + 0.5) / inverse;
    }
}

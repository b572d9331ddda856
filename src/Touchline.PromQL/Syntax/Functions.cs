using System.Collections.Frozen;

namespace Touchline.PromQL.Syntax;

/// <summary>All functions of the language, those that need a feature flag included. Source: Prometheus 3.5 and later, querying/functions.</summary>
public static class Functions
{
    private static readonly FrozenDictionary<string, FunctionSignature> ByName = List().ToFrozenDictionary(f => f.Name);

    public static IReadOnlyCollection<FunctionSignature> All => ByName.Values;

    public static FunctionSignature? Find(string name) => ByName.GetValueOrDefault(name);

    private static IEnumerable<FunctionSignature> List()
    {
        foreach (var name in (string[])
            [
                "abs", "absent", "acos", "acosh", "asin", "asinh", "atan", "atanh", "ceil", "cos", "cosh", "deg", "exp", "floor",
                "histogram_avg", "histogram_count", "histogram_stddev", "histogram_stdvar", "histogram_sum", "ln", "log10", "log2", "rad", "sgn",
                "sin", "sinh", "sort", "sort_desc", "sqrt", "tan", "tanh", "timestamp",
            ])
        {
            yield return Of(name, ExprType.Vector, ExprType.Vector);
        }
        foreach (var name in (string[])
            [
                "absent_over_time", "avg_over_time", "changes", "count_over_time", "delta", "deriv", "idelta", "increase", "irate",
                "last_over_time", "max_over_time", "min_over_time", "present_over_time", "rate", "resets", "stddev_over_time", "stdvar_over_time",
                "sum_over_time",
            ])
        {
            yield return Of(name, ExprType.Vector, ExprType.Matrix);
        }
        foreach (var name in (string[])["day_of_month", "day_of_week", "day_of_year", "days_in_month", "hour", "minute", "month", "year"])
        {
            yield return Of(name, ExprType.Vector, ExprType.Vector) with { Optional = 1 };
        }
        yield return Of("clamp", ExprType.Vector, ExprType.Vector, ExprType.Scalar, ExprType.Scalar);
        yield return Of("clamp_max", ExprType.Vector, ExprType.Vector, ExprType.Scalar);
        yield return Of("clamp_min", ExprType.Vector, ExprType.Vector, ExprType.Scalar);
        yield return Of("histogram_fraction", ExprType.Vector, ExprType.Scalar, ExprType.Scalar, ExprType.Vector);
        yield return Of("histogram_quantile", ExprType.Vector, ExprType.Scalar, ExprType.Vector);
        yield return Of("label_join", ExprType.Vector, ExprType.Vector, ExprType.String, ExprType.String, ExprType.String) with { Optional = 1, Variadic = true };
        yield return Of("label_replace", ExprType.Vector, ExprType.Vector, ExprType.String, ExprType.String, ExprType.String, ExprType.String);
        yield return Of("pi", ExprType.Scalar);
        yield return Of("predict_linear", ExprType.Vector, ExprType.Matrix, ExprType.Scalar);
        yield return Of("quantile_over_time", ExprType.Vector, ExprType.Scalar, ExprType.Matrix);
        yield return Of("round", ExprType.Vector, ExprType.Vector, ExprType.Scalar) with { Optional = 1 };
        yield return Of("scalar", ExprType.Scalar, ExprType.Vector);
        yield return Of("time", ExprType.Scalar);
        yield return Of("vector", ExprType.Vector, ExprType.Scalar);

        foreach (var name in (string[])
            ["first_over_time", "mad_over_time", "ts_of_first_over_time", "ts_of_last_over_time", "ts_of_max_over_time", "ts_of_min_over_time"])
        {
            yield return Of(name, ExprType.Vector, ExprType.Matrix) with { Experimental = true };
        }
        foreach (var name in (string[])["end", "range", "start", "step"])
        {
            yield return Of(name, ExprType.Scalar) with { Experimental = true };
        }
        yield return Of("double_exponential_smoothing", ExprType.Vector, ExprType.Matrix, ExprType.Scalar, ExprType.Scalar) with { Experimental = true };
        yield return Of("histogram_quantiles", ExprType.Vector, ExprType.Vector, ExprType.String, ExprType.Scalar, ExprType.Scalar) with { Optional = 1, Variadic = true, VariadicLimit = 9, Experimental = true };
        yield return Of("info", ExprType.Vector, ExprType.Vector, ExprType.Vector) with { Optional = 1, Experimental = true };
        yield return Of("sort_by_label", ExprType.Vector, ExprType.Vector, ExprType.String) with { Optional = 1, Variadic = true, Experimental = true };
        yield return Of("sort_by_label_desc", ExprType.Vector, ExprType.Vector, ExprType.String) with { Optional = 1, Variadic = true, Experimental = true };
    }

    private static FunctionSignature Of(string name, ExprType result, params ExprType[] arguments) => new(name, arguments, 0, false, result);
}

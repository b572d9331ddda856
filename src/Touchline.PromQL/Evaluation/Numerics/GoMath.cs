namespace Touchline.PromQL.Evaluation.Numerics;

/// <summary>Where Go's math package, and so Prometheus, answers differently from .NET's <see cref="Math"/>.</summary>
internal static class GoMath
{
    // Quotients of constants are exact in Go, so they are written out here and not divided.
    private const double OneOverLn2 = 1.442695040888963407359924681001892137;
    private const double Ln2OverLn10 = 0.301029995663981195213738894724493026;

    /// <summary>An infinity wins over NaN.</summary>
    public static double Max(double x, double y)
    {
        if (double.IsPositiveInfinity(x) || double.IsPositiveInfinity(y))
        {
            return double.PositiveInfinity;
        }
        return Math.Max(x, y);
    }

    /// <summary>An infinity wins over NaN.</summary>
    public static double Min(double x, double y)
    {
        if (double.IsNegativeInfinity(x) || double.IsNegativeInfinity(y))
        {
            return double.NegativeInfinity;
        }
        return Math.Min(x, y);
    }

    /// <summary>Exact for powers of two; by fraction and exponent elsewhere, which is visible in what <c>floor</c> makes of it.</summary>
    public static double Log2(double x)
    {
        if (double.IsNaN(x) || double.IsInfinity(x) || x <= 0)
        {
            return Math.Log(x);
        }
        var exponent = Math.ILogB(x) + 1;
        var fraction = Math.ScaleB(x, -exponent);
        return fraction == 0.5 ? exponent - 1 : Math.Log(fraction) * OneOverLn2 + exponent;
    }

    public static double Log10(double x) => Log2(x) * Ln2OverLn10;

    /// <summary>Conversion to a 64-bit integer as amd64 does it: what does not fit becomes the smallest.</summary>
    public static long ToInt64(double x) => x >= -9.2233720368547758e18 && x < 9.2233720368547758e18 ? (long)x : long.MinValue;
}

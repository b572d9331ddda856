namespace Touchline.PromQL.Evaluation.Numerics;

/// <summary>Where Go's math package, and so Prometheus, answers differently from .NET's <see cref="Math"/>.</summary>
internal static class GoMath
{
    private const double Ln10 = 2.30258509299404568401799145468436421;
    private const double Ln2 = 0.693147180559945309417232121458176568;

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
        return fraction == 0.5 ? exponent - 1 : Math.Log(fraction) * (1 / Ln2) + exponent;
    }

    public static double Log10(double x) => Log2(x) * (Ln2 / Ln10);

    /// <summary>Conversion to a 64-bit integer as amd64 does it: what does not fit becomes the smallest.</summary>
    public static long ToInt64(double x) => x >= -9.2233720368547758e18 && x < 9.2233720368547758e18 ? (long)x : long.MinValue;
}

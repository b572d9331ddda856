namespace Touchline.PromQL.Evaluation.Histograms;

/// <summary>
/// The bounds of exponential buckets between 0.5 and 1. Prometheus prints bounds, and count_values makes labels of them, so they are its
/// own to the last digit: not the nearest doubles, but what repeated multiplication by its power of two gives, every other bound taken
/// from the schema before.
/// </summary>
internal static class ExponentialBounds
{
    private const int HighestSchema = 8;

    private static readonly double[][] BySchema = Compute();

    public static ReadOnlySpan<double> Of(int schema) => BySchema[schema];

    private static double[][] Compute()
    {
        var bounds = new double[HighestSchema + 1][];
        bounds[0] = [0.5];
        for (var schema = 1; schema <= HighestSchema; schema++)
        {
            var factor = PowerOfTwo(PowerOfTwo(-schema));
            var row = new double[1 << schema];
            row[0] = 0.5;
            for (var i = 1; i < row.Length; i++)
            {
                row[i] = i % 2 == 0 ? bounds[schema - 1][i / 2] : row[i - 1] * factor;
            }
            bounds[schema] = row;
        }
        return bounds;
    }

    /// <summary>2^x for small x. Source: the exponential of FreeBSD's libm (e_exp.c), which Go's Exp2 follows.</summary>
    private static double PowerOfTwo(double x)
    {
        var whole = (int)Math.Round(x, MidpointRounding.AwayFromZero);
        var high = (x - whole) * 6.93147180369123816490e-01;
        var low = (whole - x) * 1.90821492927058770002e-10;
        var r = high - low;
        var t = r * r;
        var c = r - t * (1.66666666666666657415e-01
            + t * (-2.77777777770155933842e-03 + t * (6.61375632143793436117e-05 + t * (-1.65339022054652515390e-06 + t * 4.13813679705723846039e-08))));
        return Math.ScaleB(1 - (low - r * c / (2 - c) - high), whole);
    }
}

using System.Numerics;

namespace Touchline.PromQL.Evaluation.Numerics;

/// <summary>
/// Sums of any run of rows in constant time. Each prefix is kept as its rounded sum and all that rounding lost (T. Ogita, S. Rump, S. Oishi, "Accurate Sum and Dot
/// Product", 2005), so that the difference of two has the digits that adding the run itself would give. Where it may not have them, because the run is tiny
/// beside what lies before it or something is not finite, it says so, and the caller adds the run. Reused from series to series.
/// </summary>
internal sealed class PrefixSums
{
    /// <summary>A run that is smaller than this share of everything could lose digits to it: prefixes carry some 96 bits, and an answer needs 53 and a few to round by.</summary>
    private const double LeastShare = 1.0 / (1 << 30);

    private double[] _sums = new double[1];
    private double[] _lost = new double[1];
    private double _least;

    /// <summary>Whether all values were finite: otherwise no run can be asked for.</summary>
    public bool IsUsable { get; private set; }

    public void Fill(ReadOnlySpan<double> values)
    {
        if (_sums.Length <= values.Length)
        {
            _sums = new double[values.Length + 1];
            _lost = new double[values.Length + 1];
        }
        var magnitude = Magnitude(values);
        IsUsable = double.IsFinite(magnitude);
        _least = magnitude * LeastShare;
        if (!IsUsable)
        {
            return;
        }
        var (sum, lost) = (0.0, 0.0);
        for (var row = 0; row < values.Length; row++)
        {
            var total = sum + values[row];
            lost += Lost(sum, values[row], total);
            sum = total;
            _sums[row + 1] = sum;
            _lost[row + 1] = lost;
        }
    }

    /// <summary>The sum of the rows from one, inclusive, to another, exclusive.</summary>
    public bool TryOf(int from, int to, out double sum)
    {
        sum = Of(from, to);
        return Math.Abs(sum) >= _least;
    }

    /// <summary>As <see cref="TryOf"/>, to somewhat less than the last digit where the run is tiny.</summary>
    public double Of(int from, int to)
    {
        var difference = _sums[to] - _sums[from];
        return difference + (Lost(_sums[to], -_sums[from], difference) + (_lost[to] - _lost[from]));
    }

    /// <summary>What rounding took from a sum (D. Knuth's two-sum).</summary>
    private static double Lost(double left, double right, double total)
    {
        var part = total - left;
        return (left - (total - part)) + (right - part);
    }

    private static double Magnitude(ReadOnlySpan<double> values)
    {
        var sums = Vector<double>.Zero;
        var row = 0;
        for (; row <= values.Length - Vector<double>.Count; row += Vector<double>.Count)
        {
            sums += Vector.Abs(new Vector<double>(values[row..]));
        }
        var magnitude = Vector.Sum(sums);
        for (; row < values.Length; row++)
        {
            magnitude += Math.Abs(values[row]);
        }
        return magnitude;
    }
}

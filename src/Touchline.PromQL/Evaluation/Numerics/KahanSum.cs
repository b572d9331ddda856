using System.Numerics;

namespace Touchline.PromQL.Evaluation.Numerics;

/// <summary>
/// A sum with Neumaier's compensation: <see cref="Sum"/> is the running sum and <see cref="Compensation"/> what rounding lost of it.
/// Source: A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen" (1974), which Prometheus uses too.
/// </summary>
internal struct KahanSum
{
    public double Sum;
    public double Compensation;

    public void Add(double value) => Add(value, ref Sum, ref Compensation);

    public static void Add(double value, ref double sum, ref double compensation)
    {
        var total = sum + value;
        if (double.IsInfinity(total))
        {
            compensation = 0;
        }
        else if (Math.Abs(sum) >= Math.Abs(value))
        {
            compensation += sum - total + value;
        }
        else
        {
            compensation += value - total + sum;
        }
        sum = total;
    }

    /// <summary>
    /// Adds one value to each of many sums, as the other does to one. Stops where a sum would become infinite, in front of it and up to three neighbours, and answers how many
    /// were added.
    /// </summary>
    public static int AddFinite(ReadOnlySpan<double> values, Span<double> sums, Span<double> compensations)
    {
        sums = sums[..values.Length];
        compensations = compensations[..values.Length];
        var i = 0;
        for (; i <= values.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            var value = new Vector<double>(values[i..]);
            var sum = new Vector<double>(sums[i..]);
            var total = sum + value;
            if (Vector.EqualsAny(Vector.Abs(total), new Vector<double>(double.PositiveInfinity)))
            {
                return i;
            }
            var lost = Vector.ConditionalSelect(Vector.GreaterThanOrEqual(Vector.Abs(sum), Vector.Abs(value)), sum - total + value, value - total + sum);
            (new Vector<double>(compensations[i..]) + lost).CopyTo(compensations[i..]);
            total.CopyTo(sums[i..]);
        }
        for (; i < values.Length && !double.IsInfinity(sums[i] + values[i]); i++)
        {
            Add(values[i], ref sums[i], ref compensations[i]);
        }
        return i;
    }
}

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
}

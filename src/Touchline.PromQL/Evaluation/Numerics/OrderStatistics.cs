namespace Touchline.PromQL.Evaluation.Numerics;

/// <summary>Which value has which place in the order, without putting all in order. Source: C. A. R. Hoare, "Algorithm 65: Find" (1961).</summary>
internal static class OrderStatistics
{
    private const int FewEnoughToSort = 16;

    /// <summary>Puts the value of a rank at its place, none greater before it and none smaller behind. None of them is NaN.</summary>
    public static void Select(Span<double> values, int rank)
    {
        var (low, high) = (0, values.Length - 1);
        // Each time a part is left that is rarely more than two thirds; where it is again and again, sorting is the bound.
        for (var left = 64; high - low >= FewEnoughToSort && left > 0; left--)
        {
            var pivot = MedianOfThree(values[low], values[low + (high - low) / 2], values[high]);
            var (i, j) = (low, high);
            while (i <= j)
            {
                while (values[i] < pivot)
                {
                    i++;
                }
                while (values[j] > pivot)
                {
                    j--;
                }
                if (i <= j)
                {
                    (values[i], values[j]) = (values[j], values[i]);
                    i++;
                    j--;
                }
            }
            if (rank <= j)
            {
                high = j;
            }
            else if (rank >= i)
            {
                low = i;
            }
            else
            {
                return;
            }
        }
        values[low..(high + 1)].Sort();
    }

    public static double Least(ReadOnlySpan<double> values)
    {
        var least = values[0];
        foreach (var value in values)
        {
            least = value < least ? value : least;
        }
        return least;
    }

    private static double MedianOfThree(double a, double b, double c) => Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
}

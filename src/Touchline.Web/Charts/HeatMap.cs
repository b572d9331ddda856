using Touchline.Model;
using Touchline.PromQL;

namespace Touchline.Web.Charts;

/// <summary>
/// Native histograms over time as rows of cells. A row is a bucket with its real borders. Where buckets overlap, because the resolution changed
/// or because histograms of different resolutions are added, the row is as wide as all of them together, so that no count is ever split.
/// </summary>
internal sealed class HeatMap
{
    private const int MostRows = 160;
    private const int FewestRows = 24;
    private const int MostCells = 1_000_000;

    private HeatMap(IReadOnlyList<(double Lower, double Upper)> rows, int points)
    {
        Rows = rows;
        Counts = new double[points];
        Sums = new double[points];
        Array.Fill(Counts, double.NaN);
        Array.Fill(Sums, double.NaN);
        Cells = [.. rows.Select(_ => new double[points])];
    }

    /// <summary>From the lowest up; borders may be infinite.</summary>
    public IReadOnlyList<(double Lower, double Upper)> Rows { get; }

    /// <summary>A row's counts, point by point.</summary>
    public IReadOnlyList<double[]> Cells { get; }

    /// <summary>Count of all observations at a point, NaN where there is no histogram.</summary>
    public double[] Counts { get; }

    public double[] Sums { get; }

    /// <summary>Whether buckets grow by a factor.</summary>
    public bool IsExponential { get; private set; }

    /// <summary>Whether all of it counts since some start, and nothing is a rate, an increase or a gauge.</summary>
    public bool IsCumulative { get; private set; } = true;

    /// <summary>Adds up the histograms of all series.</summary>
    public static HeatMap Of(IReadOnlyList<SeriesColumns> series, ChartRequest request)
    {
        var points = new List<(int Index, NativeHistogram Histogram, IReadOnlyList<HistogramBucket> Buckets)>();
        foreach (var columns in series)
        {
            for (var i = 0; i < columns.Timestamps.Length; i++)
            {
                var index = (columns.Timestamps.Span[i] - request.StartMs) / request.StepMs;
                if (columns.Histograms?[i] is { } histogram && index >= 0 && index < request.Points)
                {
                    points.Add(((int)index, histogram, [.. HistogramBucket.Of(histogram).Where(b => b.Count != 0 && !double.IsNaN(b.Count))]));
                }
            }
        }
        var rows = Limit(Disjoint(points.SelectMany(p => p.Buckets)), Math.Clamp(MostCells / request.Points, FewestRows, MostRows));
        var heat = new HeatMap(rows, request.Points);
        foreach (var (index, histogram, buckets) in points)
        {
            heat.Add(index, histogram, buckets);
        }
        return heat;
    }

    private void Add(int index, NativeHistogram histogram, IReadOnlyList<HistogramBucket> buckets)
    {
        IsExponential |= histogram.Schema != NativeHistogram.CustomBucketsSchema;
        IsCumulative &= histogram.CounterResetHint != CounterResetHint.Gauge;
        Counts[index] = (double.IsNaN(Counts[index]) ? 0 : Counts[index]) + histogram.Count;
        Sums[index] = (double.IsNaN(Sums[index]) ? 0 : Sums[index]) + histogram.Sum;
        var row = 0;
        foreach (var bucket in buckets)
        {
            // Both go from the lowest up.
            while (row < Rows.Count - 1 && Rows[row].Upper < bucket.Upper)
            {
                row++;
            }
            Cells[row][index] += bucket.Count;
        }
    }

    private static List<(double Lower, double Upper)> Disjoint(IEnumerable<HistogramBucket> buckets)
    {
        var rows = new List<(double Lower, double Upper)>();
        foreach (var (lower, upper) in buckets.Select(b => (b.Lower, b.Upper)).Distinct().Order())
        {
            if (rows.Count > 0 && lower < rows[^1].Upper)
            {
                rows[^1] = (rows[^1].Lower, Math.Max(rows[^1].Upper, upper));
            }
            else
            {
                rows.Add((lower, upper));
            }
        }
        return rows;
    }

    /// <summary>Joins neighbours, two by two, until there are few enough to draw.</summary>
    private static List<(double Lower, double Upper)> Limit(List<(double Lower, double Upper)> rows, int most)
    {
        while (rows.Count > most)
        {
            rows = [.. rows.Chunk(2).Select(pair => (pair[0].Lower, pair[^1].Upper))];
        }
        return rows;
    }
}

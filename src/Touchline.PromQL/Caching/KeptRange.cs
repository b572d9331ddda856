using Touchline.PromQL.Evaluation;

namespace Touchline.PromQL.Caching;

/// <summary>The answer of a range query without histograms and without annotations, ordered by labels.</summary>
/// <param name="Grid">Its steps.</param>
/// <param name="Matrix">Its series, whose arrays nobody else keeps for long.</param>
/// <param name="Mark">Of the store's changes, taken before any of it was read.</param>
internal sealed record KeptRange(StepGrid Grid, IReadOnlyList<SeriesColumns> Matrix, long Mark)
{
    /// <summary>About what an entry, a series and a label are in memory beside their columns and text.</summary>
    private const int EntryBytes = 300;
    private const int SeriesBytes = 200;
    private const int LabelBytes = 60;

    public long Bytes { get; } = BytesOf(Matrix, Grid);

    private static long BytesOf(IReadOnlyList<SeriesColumns> matrix, StepGrid grid)
    {
        var bytes = EntryBytes + sizeof(long) * (long)grid.Count;
        foreach (var series in matrix)
        {
            bytes += SeriesBytes + sizeof(double) * series.Values.Length;
            // Those with a point at every step share their times.
            bytes += series.Timestamps.Length == grid.Count ? 0 : sizeof(long) * series.Timestamps.Length;
            foreach (var label in series.Labels)
            {
                bytes += LabelBytes + sizeof(char) * (label.Name.Length + label.Value.Length);
            }
        }
        return bytes;
    }
}

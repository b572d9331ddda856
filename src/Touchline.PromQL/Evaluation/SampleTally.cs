using Touchline.Model;

namespace Touchline.PromQL.Evaluation;

/// <summary>
/// Counts the samples that the steps of a query look at, as Prometheus does: one in two windows counts twice, those of a subquery's own steps
/// not at all. Thread-safe.
/// </summary>
/// <param name="steps">How many steps are counted apart; 0 where only the total is wanted.</param>
internal sealed class SampleTally(int steps)
{
    private readonly long[] _perStep = new long[steps];
    private long _total;

    public bool IsPerStep => _perStep.Length > 0;

    public long Total => Volatile.Read(ref _total);

    public IReadOnlyList<long> PerStep => _perStep;

    /// <summary>Counts for one step; what is counted so is added once more with <see cref="AddTotal"/>, a series at a time, which costs less.</summary>
    public void AddAt(int step, long samples)
    {
        if (_perStep.Length > 0)
        {
            Interlocked.Add(ref _perStep[step], samples);
        }
    }

    public void AddTotal(long samples) => Interlocked.Add(ref _total, samples);

    /// <summary>Counts the same at each of the query's steps.</summary>
    public void AddToAll(int count, long samples)
    {
        for (var step = 0; step < _perStep.Length && step < count; step++)
        {
            _perStep[step] += samples;
        }
        AddTotal(count * samples);
    }

    /// <summary>What one look at the point counts: a histogram as many samples as it takes pairs of a time and a value.</summary>
    public static long SizeOf(NativeHistogram? histogram) => histogram?.SampleSize ?? 1;
}

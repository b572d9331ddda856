using Touchline.Storage;

namespace Touchline.PromQL.Evaluation;

/// <summary>
/// How many samples a query holds at once. Operators reserve what they produce and release what they consumed, so that the peak is the
/// memory the query needs. A histogram counts as Prometheus counts it: a sample for each 16 bytes.
/// </summary>
internal sealed class SampleBudget(long limit) : ISampleMeter
{
    /// <summary>A thread may take that part of the limit ahead of its need.</summary>
    private const long PartAhead = 1 << 16;

    private const long MostAhead = 1024;

    private long _held;
    private long _peak;
    private long _read;
    private long _series;
    private long _chunks;

    /// <summary>How many samples a thread may reserve before it needs them (<see cref="BudgetShare"/>): none where the limit is small.</summary>
    public long Ahead { get; } = Math.Min(limit / PartAhead, MostAhead);

    public long Peak => Volatile.Read(ref _peak);

    public long Read => Volatile.Read(ref _read);

    public long Series => Volatile.Read(ref _series);

    /// <summary>Chunks decoded by series that are read to their end.</summary>
    public long Chunks => Volatile.Read(ref _chunks);

    public long Held => Volatile.Read(ref _held);

    public static PromQLEvaluationException Exceeded() =>
        new(QueryErrorKind.TooManySamples, "query processing would load too many samples into memory in query execution");

    public void Reserve(long samples)
    {
        if (!TryReserve(samples))
        {
            throw Exceeded();
        }
    }

    /// <summary>As <see cref="Reserve"/>, for what need not be held.</summary>
    public bool TryReserve(long samples)
    {
        var held = Interlocked.Add(ref _held, samples);
        if (held > limit)
        {
            Interlocked.Add(ref _held, -samples);
            return false;
        }
        for (var peak = Volatile.Read(ref _peak); held > peak;)
        {
            peak = Interlocked.CompareExchange(ref _peak, held, peak) is var seen && seen == peak ? held : seen;
        }
        return true;
    }

    /// <summary>What an operator took in is let go, and what it made of it is held.</summary>
    public void Exchange(List<SeriesColumn> operand, List<SeriesColumn> result)
    {
        var more = SizeOf(result) - SizeOf(operand);
        if (more > 0)
        {
            Reserve(more);
        }
        else
        {
            Release(-more);
        }
    }

    public void Release(List<SeriesColumn> operand) => Release(SizeOf(operand));

    private static long SizeOf(List<SeriesColumn> series)
    {
        var samples = 0L;
        foreach (var column in series)
        {
            samples += column.Samples;
        }
        return samples;
    }

    public void Release(long samples) => Interlocked.Add(ref _held, -samples);

    public void CountRead(long samples) => Interlocked.Add(ref _read, samples);

    public void CountChunks(long chunks) => Interlocked.Add(ref _chunks, chunks);

    public void CountSeries(long series) => Interlocked.Add(ref _series, series);
}

using System.Collections.Concurrent;
using System.Diagnostics;

namespace Touchline.PromQL.Evaluation.Explaining;

/// <summary>What one operator of a traced plan cost, its children included. Ranges add to it from several threads.</summary>
internal sealed class PlanStep(string name, string expression, int steps)
{
    private readonly ConcurrentDictionary<int, long> _ticksByThread = new();
    private long _ticks;
    private long _series;
    private long _points;
    private Reads _reads;
    private long _samplesLoaded;
    private long _chunksLoaded;

    public List<PlanStep> Children { get; } = [];

    /// <summary>The clock, which only measures here: nothing is decided by it.</summary>
    public static long Now => Stopwatch.GetTimestamp();

    public Mark Begin(QueryContext context) => new(Now, Reads.Of(context.Budget));

    /// <param name="mark">Of the beginning.</param>
    /// <param name="context">The query.</param>
    /// <param name="elsewhere">Ticks since then that were not this operator's.</param>
    public void End(Mark mark, QueryContext context, long elsewhere = 0)
    {
        _ticks += Now - mark.Start - elsewhere;
        _reads += Reads.Of(context.Budget) - mark.Reads;
    }

    public void Made(long series, long points)
    {
        _series += series;
        _points += points;
    }

    /// <summary>One series was read on some thread.</summary>
    public void Loaded(long ticks, int rows, int chunks, bool fromStorage)
    {
        _ticksByThread.AddOrUpdate(Environment.CurrentManagedThreadId, ticks, (_, before) => before + ticks);
        Interlocked.Increment(ref _series);
        Interlocked.Add(ref _points, rows);
        if (fromStorage)
        {
            Interlocked.Add(ref _samplesLoaded, rows);
            Interlocked.Add(ref _chunksLoaded, chunks);
        }
    }

    public ExplainedNode Explain()
    {
        var children = Children.ConvertAll(child => child.Explain());
        var own = TotalReads;
        foreach (var child in Children)
        {
            own -= child.TotalReads;
        }
        return new ExplainedNode(name, expression, steps, children)
        {
            ElapsedMs = Milliseconds(TotalTicks),
            OwnMs = Milliseconds(Math.Max(0, TotalTicks - Children.Sum(child => child.TotalTicks))),
            Series = _series,
            Points = _points,
            SeriesRead = Math.Max(0, own.Series),
            SamplesRead = Math.Max(0, own.Samples),
            ChunksDecoded = Math.Max(0, own.Chunks),
        };
    }

    private long TotalTicks => _ticks + (_ticksByThread.IsEmpty ? 0 : _ticksByThread.Values.Sum() / _ticksByThread.Count);

    private Reads TotalReads => _reads + new Reads(0, _samplesLoaded, _chunksLoaded);

    private static double Milliseconds(long ticks) => Stopwatch.GetElapsedTime(0, ticks).TotalMilliseconds;

    internal readonly record struct Mark(long Start, Reads Reads);

    internal readonly record struct Reads(long Series, long Samples, long Chunks)
    {
        public static Reads Of(SampleBudget budget) => new(budget.Series, budget.Read, budget.Chunks);

        public static Reads operator +(Reads a, Reads b) => new(a.Series + b.Series, a.Samples + b.Samples, a.Chunks + b.Chunks);

        public static Reads operator -(Reads a, Reads b) => new(a.Series - b.Series, a.Samples - b.Samples, a.Chunks - b.Chunks);
    }
}

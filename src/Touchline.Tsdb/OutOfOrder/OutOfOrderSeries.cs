using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Head;
using Touchline.Tsdb.Query;

namespace Touchline.Tsdb.OutOfOrder;

/// <summary>
/// The out-of-order samples of one series in one block range: the newest few as they came, the rest in runs. Eight runs of a level
/// become one of the next, so that a sample is encoded a few times at most and looked up in a few chunks. Written under the commit
/// lock only, read without one.
/// </summary>
internal sealed class OutOfOrderSeries
{
    private const int FirstCapacity = 4;
    private const int MaxBuffered = 64;
    private const int RunsPerLevel = 8;

    /// <summary>What the objects of a series cost: itself, its state, what it was before the last commit, its place in the table.</summary>
    public const int Overhead = 240;

    private const int BytesPerBuffered = 24;

    private State _state = new([], new Buffer(FirstCapacity), Past.Nothing);

    /// <summary>What is there now, of a batch that is being committed too; what is added later is not in it.</summary>
    public OutOfOrderView View() => Read(out _);

    /// <summary>
    /// What a reader sees who came after the given commit and before the next: batches that are being committed, or were since, are not seen half.
    /// False where the series was in two batches since, so that it cannot tell any more.
    /// </summary>
    public bool TryView(long commit, out OutOfOrderView view)
    {
        view = Read(out var past);
        if (past.LastCommit <= commit)
        {
            return true;
        }
        view = past.Before;
        return past.CommitBefore <= commit;
    }

    /// <summary>The writer's: what a reader of a commit sees, where that is what the series forgets with the next one that adds to it.</summary>
    public bool TryViewBefore(long commit, out OutOfOrderView view)
    {
        var past = _state.Past;
        view = past.Before;
        return past.LastCommit > commit && past.CommitBefore <= commit;
    }

    /// <summary>
    /// Adds a sample at a time that is not there yet, in the commit of that number. Answers by how many bytes the series grew; merging may shrink it.
    /// </summary>
    public long Add(long time, double value, NativeHistogram? histogram, long commit, ReadOnlySpan<CommitPin> readers)
    {
        var state = _state;
        var grown = 0L;
        if (state.Past.LastCommit != commit)
        {
            foreach (var reader in readers)
            {
                reader.Keep(this);
            }
            // Published before the sample is, so that a reader who sees the sample sees that a commit has begun.
            state = state with { Past = new Past(commit, state.Past.LastCommit, new OutOfOrderView(state.Runs, state.Newest, state.Newest.Count)) };
            Volatile.Write(ref _state, state);
        }
        if (state.Newest.Count == state.Newest.Capacity)
        {
            state = state.Newest.Capacity < MaxBuffered ? Grow(state, ref grown) : Seal(state, ref grown);
        }
        state.Newest.Add(time, value, histogram);
        Volatile.Write(ref _state, state);
        return grown;
    }

    /// <summary>Deletes the samples within the interval. Answers whether any are left.</summary>
    public bool Delete(TimeInterval interval)
    {
        var rows = new SampleColumns();
        View().Read(long.MinValue, long.MaxValue, rows);
        DeletedRows.Remove(rows, 0, [interval]);
        Volatile.Write(ref _state, new State(rows.Count == 0 ? [] : [OutOfOrderRun.Of(rows, 0)], new Buffer(FirstCapacity), _state.Past));
        return rows.Count > 0;
    }

    private OutOfOrderView Read(out Past past)
    {
        while (true)
        {
            var state = Volatile.Read(ref _state);
            var view = new OutOfOrderView(state.Runs, state.Newest, state.Newest.Count);
            past = state.Past;
            // Still the same: then what was counted is of no later commit.
            if (ReferenceEquals(Volatile.Read(ref _state), state))
            {
                return view;
            }
        }
    }

    private static State Grow(State state, ref long grown)
    {
        grown += (long)state.Newest.Capacity * BytesPerBuffered;
        return state with { Newest = state.Newest.Doubled() };
    }

    private static State Seal(State state, ref long grown)
    {
        var rows = new SampleColumns();
        new OutOfOrderView([], state.Newest, state.Newest.Count).Read(long.MinValue, long.MaxValue, rows);
        List<OutOfOrderRun> runs = [.. state.Runs, OutOfOrderRun.Of(rows, 0)];
        var before = state.Runs.Sum(run => run.Bytes);
        while (Merged(runs, rows) is { } merged)
        {
            runs.RemoveRange(runs.Count - RunsPerLevel, RunsPerLevel);
            runs.Add(merged);
        }
        grown += runs.Sum(run => run.Bytes) - before;
        return new State([.. runs], new Buffer(MaxBuffered), state.Past);
    }

    private static OutOfOrderRun? Merged(List<OutOfOrderRun> runs, SampleColumns scratch)
    {
        if (runs.Count < RunsPerLevel || runs[^RunsPerLevel].Level != runs[^1].Level)
        {
            return null;
        }
        scratch.Clear();
        new OutOfOrderView([.. runs[^RunsPerLevel..]], new Buffer(0), 0).Read(long.MinValue, long.MaxValue, scratch);
        return OutOfOrderRun.Of(scratch, runs[^1].Level + 1);
    }

    private sealed record State(OutOfOrderRun[] Runs, Buffer Newest, Past Past);

    /// <summary>The last commit that added to the series, the one before it, and what there was between the two.</summary>
    private sealed record Past(long LastCommit, long CommitBefore, OutOfOrderView Before)
    {
        public static readonly Past Nothing = new(long.MinValue, long.MinValue, new OutOfOrderView([], new Buffer(0), 0));
    }

    /// <summary>Samples in the order in which they came. The count is published last; entries are never changed.</summary>
    internal sealed class Buffer(int capacity)
    {
        private readonly long[] _times = new long[capacity];
        private readonly double[] _values = new double[capacity];
        private NativeHistogram?[]? _histograms;
        private int _count;

        public int Capacity => _times.Length;

        public int Count => Volatile.Read(ref _count);

        public void Add(long time, double value, NativeHistogram? histogram)
        {
            _times[_count] = time;
            _values[_count] = value;
            if (histogram is not null)
            {
                _histograms ??= new NativeHistogram?[_times.Length];
                _histograms[_count] = histogram;
            }
            Volatile.Write(ref _count, _count + 1);
        }

        public Buffer Doubled()
        {
            var doubled = new Buffer(Capacity * 2);
            for (var i = 0; i < _count; i++)
            {
                doubled.Add(_times[i], _values[i], _histograms?[i]);
            }
            return doubled;
        }

        public void Read(int count, long minTime, long maxTime, SampleColumns into)
        {
            for (var i = 0; i < count; i++)
            {
                if (_times[i] < minTime || _times[i] > maxTime)
                {
                    continue;
                }
                if (_histograms?[i] is { } histogram)
                {
                    into.Add(_times[i], histogram);
                }
                else
                {
                    into.Add(_times[i], _values[i]);
                }
            }
        }
    }
}

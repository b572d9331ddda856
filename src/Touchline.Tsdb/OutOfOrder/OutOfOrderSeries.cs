using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Blocks;
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

    /// <summary>What the objects of a series cost: itself, its state, its place in the table.</summary>
    public const int Overhead = 160;

    private const int BytesPerBuffered = 24;

    private State _state = new([], new Buffer(FirstCapacity));

    /// <summary>What can be read now; what is added later is not in it.</summary>
    public OutOfOrderView View()
    {
        var state = Volatile.Read(ref _state);
        return new OutOfOrderView(state.Runs, state.Newest, state.Newest.Count);
    }

    /// <summary>Adds a sample at a time that is not there yet. Answers by how many bytes the series grew; merging may shrink it.</summary>
    public long Add(long time, double value, NativeHistogram? histogram)
    {
        var state = _state;
        var grown = 0L;
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
        Volatile.Write(ref _state, new State(rows.Count == 0 ? [] : [OutOfOrderRun.Of(rows, 0)], new Buffer(FirstCapacity)));
        return rows.Count > 0;
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
        return new State([.. runs], new Buffer(MaxBuffered));
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

    private sealed record State(OutOfOrderRun[] Runs, Buffer Newest);

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

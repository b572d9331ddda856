using CsCheck;
using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Files;
using Touchline.Tsdb.Prometheus;

namespace Touchline.Tsdb.Tests.Prometheus;

public sealed class HistogramChunkTests
{
    [Fact]
    public void Any_series_comes_back_with_the_same_counts_in_the_same_buckets() =>
        Histograms.Series.Sample(rows =>
        {
            var read = new SampleColumns();
            foreach (var (run, chunk) in Chunks(rows))
            {
                Read(run, chunk, read);
            }
            AssertSame(rows, read);
        }, iter: 1000);

    [Fact]
    public void Chunks_are_cut_where_a_counter_falls_and_say_so()
    {
        var rows = new SampleColumns();
        foreach (var (time, count) in new[] { (0, 5), (1, 6), (2, 7), (3, 2), (4, 3) })
        {
            rows.Add(time, Histograms.Exponential(0, [(1, count)], [], isFloat: false, hint: 0));
        }
        var runs = Chunks(rows);
        Assert.Equal([3, 2], runs.Select(chunk => chunk.Run.Count));
        Assert.Equal([CounterResetHeader.Unknown, CounterResetHeader.CounterReset], runs.Select(chunk => chunk.Run.Header));
    }

    [Fact]
    public void New_buckets_do_not_end_a_chunk()
    {
        var rows = new SampleColumns();
        rows.Add(0, Histograms.Exponential(0, [(5, 1)], [], isFloat: false, hint: 0));
        rows.Add(1, Histograms.Exponential(0, [(2, 1), (5, 1)], [], isFloat: false, hint: 0));
        rows.Add(2, Histograms.Exponential(0, [(2, 1), (5, 1), (9, 4)], [(0, 1)], isFloat: false, hint: 0));
        Assert.Single(Chunks(rows));
    }

    [Fact]
    public void Nothing_but_staleness_follows_staleness_in_a_chunk()
    {
        var rows = new SampleColumns();
        rows.Add(0, Histograms.Exponential(0, [(5, 1)], [], isFloat: true, hint: 0));
        rows.Add(1, new NativeHistogram { Sum = StaleMarker.Value, IsFloat = true });
        rows.Add(2, new NativeHistogram { Sum = StaleMarker.Value, IsFloat = true });
        rows.Add(3, Histograms.Exponential(0, [(5, 1)], [], isFloat: true, hint: 0));
        Assert.Equal([3, 1], Chunks(rows).Select(chunk => chunk.Run.Count));
    }

    [Fact]
    public void Full_chunk_is_followed_by_one_that_says_no_reset()
    {
        var rows = new SampleColumns();
        for (var i = 0; i < 130; i++)
        {
            rows.Add(i, Histograms.Exponential(0, [(5, i)], [], isFloat: false, hint: 0));
        }
        Assert.Equal([CounterResetHeader.Unknown, CounterResetHeader.NotCounterReset], Chunks(rows).Select(chunk => chunk.Run.Header));
    }

    [Fact]
    public void Damaged_chunk_is_refused_or_read_but_never_crashes() =>
        Gen.Select(Histograms.Series, Gen.Int[0, 10_000], Gen.Byte, Gen.Int[0, 10_000]).Sample((rows, at, noise, cut) =>
        {
            foreach (var (run, chunk) in Chunks(rows))
            {
                chunk[at % chunk.Length] ^= noise;
                try
                {
                    Read(run, chunk[..(cut % (chunk.Length + 1))], new SampleColumns());
                }
                catch (CorruptDataException)
                {
                    continue; // That is how damage is told.
                }
            }
        }, iter: 2000);

    [Fact]
    public void Noise_is_refused_without_filling_the_memory() =>
        Gen.Byte.Array[3, 4000].Sample(noise =>
        {
            foreach (var isFloat in (bool[])[true, false])
            {
                try
                {
                    HistogramChunk.Read(noise, isFloat, long.MinValue, long.MaxValue, new SampleColumns());
                }
                catch (CorruptDataException)
                {
                    continue; // That is how damage is told.
                }
            }
        });

    internal static void AssertSame(SampleColumns expected, SampleColumns actual)
    {
        Assert.Equal(expected.Timestamps.ToArray(), actual.Timestamps.ToArray());
        for (var row = 0; row < expected.Count; row++)
        {
            var (left, right) = (HistogramAt(expected, row), HistogramAt(actual, row));
            if (left is null || right is null)
            {
                Assert.True(left is null && right is null);
                Assert.Equal(BitConverter.DoubleToInt64Bits(expected.Values[row]), BitConverter.DoubleToInt64Bits(actual.Values[row]));
                continue;
            }
            Assert.Equal(left.IsStale, right.IsStale);
            if (left.IsStale)
            {
                continue;
            }
            Assert.Equal(left.IsFloat, right.IsFloat);
            Assert.Equal((left.Schema, left.ZeroThreshold, left.ZeroCount, left.Count), (right.Schema, right.ZeroThreshold, right.ZeroCount, right.Count));
            Assert.Equal(BitConverter.DoubleToInt64Bits(left.Sum), BitConverter.DoubleToInt64Bits(right.Sum));
            Assert.Equal(left.CustomBounds.Select(BitConverter.DoubleToInt64Bits), right.CustomBounds.Select(BitConverter.DoubleToInt64Bits));
            Assert.Equal(Filled(left.PositiveSpans, left.PositiveBuckets), Filled(right.PositiveSpans, right.PositiveBuckets));
            Assert.Equal(Filled(left.NegativeSpans, left.NegativeBuckets), Filled(right.NegativeSpans, right.NegativeBuckets));
            Assert.Equal(left.CounterResetHint == CounterResetHint.Gauge, right.CounterResetHint == CounterResetHint.Gauge);
            if (left.CounterResetHint == CounterResetHint.CounterReset)
            {
                Assert.Equal(CounterResetHint.CounterReset, right.CounterResetHint);
            }
        }
    }

    private static NativeHistogram? HistogramAt(SampleColumns rows, int row) => rows.HasHistograms ? rows.Histograms[row] : null;

    /// <summary>Empty buckets are only a matter of how a chunk lays them out.</summary>
    private static Dictionary<int, double> Filled(BucketSpan[] spans, double[] counts)
    {
        var filled = new Dictionary<int, double>();
        var (next, at) = (0, 0);
        foreach (var span in spans)
        {
            next += span.Offset;
            for (var i = 0; i < span.Length; i++, next++, at++)
            {
                if (counts[at] != 0)
                {
                    filled.Add(next, counts[at]);
                }
            }
        }
        return filled;
    }

    private static List<(ChunkRun Run, byte[] Chunk)> Chunks(SampleColumns rows)
    {
        var runs = new List<ChunkRun>();
        ChunkCutter.Cut(rows, runs);
        var writer = new BitWriter();
        return [.. runs.Select(run =>
        {
            run.Write(rows, writer);
            return (run, writer.Written.ToArray());
        })];
    }

    private static void Read(ChunkRun run, byte[] chunk, SampleColumns into)
    {
        if (run.Encoding == PrometheusEncoding.Xor)
        {
            XorChunk.Read(chunk, long.MinValue, long.MaxValue, into);
        }
        else
        {
            HistogramChunk.Read(chunk, run.Encoding == PrometheusEncoding.FloatHistogram, long.MinValue, long.MaxValue, into);
        }
    }
}

using System.Buffers;
using System.Runtime.InteropServices;
using Touchline.Model;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Chunks;

/// <summary>
/// Native histograms by column: the layout once for each run of histograms that share it, then hints, counts, sums and each bucket through time
/// as a column of values. Exact for every double. Format: docs/formats/chunk.md, "Histograms".
/// </summary>
internal static class HistogramColumn
{
    /// <summary>Counts of buckets in one chunk: a writer ends a chunk before it has more, where it has more than one histogram.</summary>
    public const int MaxCells = 1 << 18;

    private const byte Encoding = 0x0f;
    private const int AddsUp = 1;

    /// <summary>What a reader takes: a single huge histogram of a lenient writer, and no allocation that the bytes do not back.</summary>
    private const int MaxCellsRead = 1 << 22;

    public static bool Is(byte encoding) => encoding == Encoding;

    public static void Write(ReadOnlySpan<NativeHistogram?> histograms, ByteBuffer to)
    {
        to.WriteByte(Encoding);
        var runs = RunsOf(histograms);
        to.WriteVarint((ulong)runs.Count);
        foreach (var (layout, length) in runs)
        {
            to.WriteVarint((ulong)length);
            layout.Write(to);
        }
        var hints = new long[histograms.Length];
        var (zeroCounts, sums) = (new double[histograms.Length], new double[histograms.Length]);
        var addUp = true;
        for (var i = 0; i < histograms.Length; i++)
        {
            var histogram = histograms[i]!;
            hints[i] = (long)histogram.CounterResetHint;
            (zeroCounts[i], sums[i]) = (histogram.ZeroCount, histogram.Sum);
            addUp &= SameBits(histogram.Count, Total(histogram.ZeroCount, histogram.PositiveBuckets, histogram.NegativeBuckets));
        }
        to.WriteByte((byte)(addUp ? AddsUp : 0));
        PackedIntegers.Write(hints, to);
        ValueColumn.Write(zeroCounts, to);
        ValueColumn.Write(sums, to);
        if (!addUp)
        {
            var counts = new double[histograms.Length];
            for (var i = 0; i < counts.Length; i++)
            {
                counts[i] = histograms[i]!.Count;
            }
            ValueColumn.Write(counts, to);
        }
        WriteBuckets(histograms, runs, to);
    }

    /// <summary>Reads the histograms from one place to another of a chunk that has so many.</summary>
    public static NativeHistogram[] Read(ref ByteReader from, int count, int low, int high, SimdPath path)
    {
        if (!Is(from.ReadByte()))
        {
            throw new CorruptDataException("a chunk of histograms begins as another");
        }
        var runs = ReadRuns(ref from, count);
        var flags = from.ReadByte();
        if (flags > AddsUp)
        {
            throw new CorruptDataException($"histogram column flags {flags} are unknown to this version");
        }
        var hints = new long[count];
        PackedIntegers.Read(ref from, hints, path);
        var zeroCounts = ReadValues(ref from, count, path);
        var sums = ReadValues(ref from, count, path);
        var counts = flags == AddsUp ? null : ReadValues(ref from, count, path);
        var columns = ReadBuckets(ref from, runs, path);
        var histograms = new NativeHistogram[high - low];
        var at = 0;
        foreach (var (layout, length) in runs)
        {
            var cells = layout.Keys().Select(key => columns[key]).ToArray();
            for (var end = at + length; at < end; at++)
            {
                var positive = Take(cells.AsSpan(0, layout.PositiveBuckets));
                var negative = Take(cells.AsSpan(layout.PositiveBuckets));
                if (at < low || at >= high)
                {
                    continue;
                }
                if (hints[at] is < 0 or > (long)CounterResetHint.Gauge)
                {
                    throw new CorruptDataException($"counter reset hint {hints[at]} is unknown to this version");
                }
                histograms[at - low] = new NativeHistogram
                {
                    CounterResetHint = (CounterResetHint)hints[at],
                    IsFloat = layout.IsFloat,
                    Schema = layout.Schema,
                    ZeroThreshold = layout.ZeroThreshold,
                    ZeroCount = zeroCounts[at],
                    Count = counts?[at] ?? Total(zeroCounts[at], positive, negative),
                    Sum = sums[at],
                    PositiveSpans = layout.PositiveSpans,
                    NegativeSpans = layout.NegativeSpans,
                    PositiveBuckets = positive,
                    NegativeBuckets = negative,
                    CustomBounds = layout.CustomBounds,
                };
            }
        }
        return histograms;
    }

    /// <summary>How many of the histograms from a place on make a chunk.</summary>
    public static int ChunkLength(ReadOnlySpan<NativeHistogram?> histograms)
    {
        long cells = 0;
        for (var i = 0; i < histograms.Length; i++)
        {
            cells += histograms[i]!.PositiveBuckets.Length + histograms[i]!.NegativeBuckets.Length;
            if (i > 0 && cells > MaxCells)
            {
                return i;
            }
        }
        return histograms.Length;
    }

    private static List<(HistogramLayout Layout, int Length)> RunsOf(ReadOnlySpan<NativeHistogram?> histograms)
    {
        var runs = new List<(HistogramLayout Layout, int Length)>();
        foreach (var histogram in histograms)
        {
            if (runs.Count > 0 && runs[^1].Layout.Fits(histogram!))
            {
                runs[^1] = (runs[^1].Layout, runs[^1].Length + 1);
            }
            else
            {
                runs.Add((HistogramLayout.Of(histogram!), 1));
            }
        }
        return runs;
    }

    private static List<(HistogramLayout Layout, int Length)> ReadRuns(ref ByteReader from, int count)
    {
        var runs = new List<(HistogramLayout Layout, int Length)>();
        var (covered, cells) = (0L, 0L);
        for (var left = from.ReadCount(); left > 0; left--)
        {
            var length = from.ReadVarint();
            var layout = HistogramLayout.Read(ref from);
            if (length == 0 || length > (ulong)(count - covered))
            {
                throw new CorruptDataException("layouts cover other than their histograms");
            }
            covered += (long)length;
            cells += (long)length * layout.Buckets;
            if (cells > MaxCellsRead)
            {
                throw new CorruptDataException($"{cells} counts of buckets in a chunk");
            }
            runs.Add((layout, (int)length));
        }
        return covered == count ? runs : throw new CorruptDataException("layouts cover other than their histograms");
    }

    private static void WriteBuckets(
        ReadOnlySpan<NativeHistogram?> histograms, List<(HistogramLayout Layout, int Length)> runs, ByteBuffer to)
    {
        var columns = new SortedDictionary<long, List<double>>();
        var at = 0;
        foreach (var (layout, length) in runs)
        {
            var cells = new List<double>[layout.Buckets];
            var keys = layout.Keys();
            for (var i = 0; i < keys.Length; i++)
            {
                if (!columns.TryGetValue(keys[i], out var column))
                {
                    columns.Add(keys[i], column = []);
                }
                cells[i] = column;
            }
            for (var end = at + length; at < end; at++)
            {
                var next = 0;
                foreach (var bucket in histograms[at]!.PositiveBuckets)
                {
                    cells[next++].Add(bucket);
                }
                foreach (var bucket in histograms[at]!.NegativeBuckets)
                {
                    cells[next++].Add(bucket);
                }
            }
        }
        foreach (var column in columns.Values)
        {
            ValueColumn.Write(CollectionsMarshal.AsSpan(column), to);
        }
    }

    private static SortedDictionary<long, Cursor> ReadBuckets(ref ByteReader from, List<(HistogramLayout Layout, int Length)> runs, SimdPath path)
    {
        var columns = new SortedDictionary<long, Cursor>();
        foreach (var (layout, length) in runs)
        {
            foreach (var key in layout.Keys())
            {
                if (!columns.TryGetValue(key, out var column))
                {
                    columns.Add(key, column = new Cursor());
                }
                column.Length += length;
            }
        }
        foreach (var column in columns.Values)
        {
            column.Values = ReadValues(ref from, column.Length, path);
        }
        return columns;
    }

    private static double[] ReadValues(ref ByteReader from, int count, SimdPath path)
    {
        var values = new double[count];
        ValueColumn.Read(ref from, values, path);
        return values;
    }

    private static double[] Take(ReadOnlySpan<Cursor> cells)
    {
        var taken = cells.Length == 0 ? [] : new double[cells.Length];
        for (var i = 0; i < taken.Length; i++)
        {
            taken[i] = cells[i].Values[cells[i].Next++];
        }
        return taken;
    }

    private static double Total(double zeroCount, double[] positive, double[] negative)
    {
        var total = zeroCount;
        foreach (var bucket in positive)
        {
            total += bucket;
        }
        foreach (var bucket in negative)
        {
            total += bucket;
        }
        return total;
    }

    // Arithmetic may choose between the payloads of two NaNs as it likes.
    private static bool SameBits(double left, double right) => !double.IsNaN(right) && BitConverter.DoubleToInt64Bits(left) == BitConverter.DoubleToInt64Bits(right);

    private sealed class Cursor
    {
        public double[] Values { get; set; } = [];

        public int Length { get; set; }

        public int Next { get; set; }
    }
}

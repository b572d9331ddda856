using Touchline.Model;
using Touchline.Storage;

namespace Touchline.Tsdb.Prometheus;

/// <summary>
/// Shares the samples of a series out to chunks as Prometheus does: floats and histograms apart, counter histograms without a reset within a
/// chunk, nothing but staleness markers behind a staleness marker.
/// </summary>
internal static class ChunkCutter
{
    /// <summary>The chunks of some rows, in their order, together all of them.</summary>
    public static void Cut(SampleColumns rows, List<ChunkRun> into)
    {
        for (var start = 0; start < rows.Count;)
        {
            var run = rows.HasHistograms && rows.Histograms[start] is not null ? HistogramRun(rows, start, into) : FloatRun(rows, start);
            into.Add(run);
            start += run.Count;
        }
    }

    private static ChunkRun FloatRun(SampleColumns rows, int start)
    {
        var end = start + 1;
        while (end < rows.Count && end - start < XorChunk.MaxSamples && !(rows.HasHistograms && rows.Histograms[end] is not null))
        {
            end++;
        }
        return new ChunkRun(start, end - start, PrometheusEncoding.Xor, CounterResetHeader.Unknown, null);
    }

    private static ChunkRun HistogramRun(SampleColumns rows, int start, List<ChunkRun> before)
    {
        var histograms = rows.Histograms;
        var first = histograms[start]!;
        var isFloat = !IsInteger(first);
        var isGauge = first.CounterResetHint == CounterResetHint.Gauge;
        var layout = BucketLayout.Of(first);
        var end = start + 1;
        while (end < rows.Count && end - start < HistogramChunk.MaxSamples && histograms[end] is { } next)
        {
            var last = histograms[end - 1]!;
            if (next.IsStale)
            {
                end++;
                continue;
            }
            if (last.IsStale || isFloat == IsInteger(next) || isGauge != (next.CounterResetHint == CounterResetHint.Gauge)
                || !layout.CanJoin(next) || (!isGauge && IsReset(last, next)))
            {
                break;
            }
            layout = layout.With(next);
            end++;
        }
        return new ChunkRun(
            start, end - start, isFloat ? PrometheusEncoding.FloatHistogram : PrometheusEncoding.Histogram, HeaderOf(histograms, start, before), layout);
    }

    /// <summary>What is known of a reset between the chunk before and one that begins at a row.</summary>
    private static CounterResetHeader HeaderOf(ReadOnlySpan<NativeHistogram?> histograms, int start, List<ChunkRun> before)
    {
        var first = histograms[start]!;
        if (first.CounterResetHint == CounterResetHint.Gauge)
        {
            return CounterResetHeader.Gauge;
        }
        if (first.CounterResetHint == CounterResetHint.CounterReset)
        {
            return CounterResetHeader.CounterReset;
        }
        if (before is not [.., { Layout: { } layout }] || histograms[start - 1] is not { IsStale: false } last || first.IsStale || !layout.CanJoin(first))
        {
            return CounterResetHeader.Unknown;
        }
        return IsReset(last, first) ? CounterResetHeader.CounterReset : CounterResetHeader.NotCounterReset;
    }

    private static bool IsReset(NativeHistogram last, NativeHistogram next) =>
        next.CounterResetHint == CounterResetHint.CounterReset
        || next.Count < last.Count || next.ZeroCount < last.ZeroCount
        || HasFallen(last.PositiveSpans, last.PositiveBuckets, next.PositiveSpans, next.PositiveBuckets)
        || HasFallen(last.NegativeSpans, last.NegativeBuckets, next.NegativeSpans, next.NegativeBuckets);

    private static bool HasFallen(BucketSpan[] lastSpans, double[] last, BucketSpan[] nextSpans, double[] next)
    {
        var all = BucketSpans.Union(nextSpans, lastSpans);
        var count = all.Sum(span => (int)span.Length);
        var before = BucketSpans.Spread(lastSpans, last, all, count);
        var after = BucketSpans.Spread(nextSpans, next, all, count);
        for (var i = 0; i < count; i++)
        {
            if (after[i] < before[i])
            {
                return true;
            }
        }
        return false;
    }

    private static bool IsInteger(NativeHistogram histogram) =>
        !histogram.IsFloat && (histogram.IsStale
            || (IsWhole(histogram.Count) && IsWhole(histogram.ZeroCount)
                && Array.TrueForAll(histogram.PositiveBuckets, IsWhole) && Array.TrueForAll(histogram.NegativeBuckets, IsWhole)));

    private static bool IsWhole(double count) => count is >= 0 and < long.MaxValue && Math.Floor(count) == count;
}

/// <summary>Rows that become one chunk.</summary>
/// <param name="Start">The first row.</param>
/// <param name="Count">How many.</param>
/// <param name="Encoding">What they are.</param>
/// <param name="Header">Of histograms: whether the counter was reset before them.</param>
/// <param name="Layout">Of histograms: the buckets of all of them; null for floats.</param>
internal readonly record struct ChunkRun(int Start, int Count, PrometheusEncoding Encoding, CounterResetHeader Header, BucketLayout? Layout)
{
    public void Write(SampleColumns rows, BitWriter to)
    {
        var times = rows.Timestamps.Slice(Start, Count);
        if (Layout is null)
        {
            XorChunk.Write(times, rows.Values.Slice(Start, Count), to);
        }
        else
        {
            HistogramChunk.Write(Layout, Header, Encoding == PrometheusEncoding.FloatHistogram, times, rows.Histograms.Slice(Start, Count), to);
        }
    }
}

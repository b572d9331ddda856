using CsCheck;
using Touchline.Conformance;
using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Chunks;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Tests.Chunks;

public sealed class HistogramColumnTests
{
    private static readonly Gen<double> Count = Gen.Frequency(
        (8, Gen.Int[0, 1000].Select(i => (double)i)),
        (1, AdversarialSamples.OneOf(-0.0, double.NaN, StaleMarker.Value, double.PositiveInfinity, 0.1, double.Epsilon, -3.0)),
        (1, Gen.ULong.Select(BitConverter.UInt64BitsToDouble)));

    // Spans as clients send them, and such as no client should.
    private static readonly Gen<BucketSpan[]> Spans =
        Gen.Select(Gen.Int[-3, 5], Gen.UInt[0, 4]).Select((offset, length) => new BucketSpan(offset, length)).Array[0, 4];

    private static readonly Gen<NativeHistogram> Layout = Gen.Select(
        AdversarialSamples.OneOf(-53, -4, 0, 3, 8), Gen.Bool, Spans, Spans, Gen.Int[0, 2], Gen.Double[0, 1].Array[0, 3]).Select(
        (schema, isFloat, positive, negative, odd, bounds) => new NativeHistogram
        {
            Schema = schema,
            IsFloat = isFloat,
            ZeroThreshold = odd == 1 ? -0.0 : 1e-128,
            PositiveSpans = positive,
            NegativeSpans = negative,
            PositiveBuckets = new double[positive.Sum(span => span.Length) + (odd == 2 ? 2 : 0)],
            NegativeBuckets = new double[negative.Sum(span => span.Length)],
            CustomBounds = bounds,
        });

    [Fact]
    public void Any_histograms_come_back_bit_for_bit() =>
        Gen.Select(Layout.Array[1, 4], Gen.Int[1, 30].Array[4], Count.Array[2000], Gen.Int[0, 3].Array[120]).Sample((layouts, lengths, counts, hints) =>
        {
            var rows = new SampleColumns();
            var next = 0;
            for (var run = 0; run < layouts.Length; run++)
            {
                for (var i = 0; i < lengths[run]; i++)
                {
                    var positive = Fill(layouts[run].PositiveBuckets);
                    var negative = Fill(layouts[run].NegativeBuckets);
                    var zero = counts[next++ % counts.Length];
                    rows.Add(rows.Count, layouts[run] with
                    {
                        CounterResetHint = (CounterResetHint)hints[rows.Count % hints.Length],
                        ZeroCount = zero,
                        Sum = counts[next++ % counts.Length],
                        Count = run % 2 == 0 ? zero + positive.Sum() + negative.Sum() : counts[next++ % counts.Length],
                        PositiveBuckets = positive,
                        NegativeBuckets = negative,
                    });
                }
            }
            var chunk = new ByteBuffer();
            SealedChunk.Write(rows, 0, rows.Count, chunk);
            foreach (var path in SimdPaths.Supported)
            {
                var decoded = new SampleColumns();
                SealedChunk.Read(chunk.Written, rows.Timestamps, 2, rows.Count, decoded, path);
                Assert.Equal(Math.Max(0, rows.Count - 2), decoded.Count);
                for (var i = 0; i < decoded.Count; i++)
                {
                    HistogramAssert.Same(rows.Histograms[i + 2]!, decoded.Histograms[i]);
                }
            }

            double[] Fill(double[] like) => [.. like.Select(_ => counts[next++ % counts.Length])];
        }, iter: 500);

    [Fact]
    public void Histograms_that_grow_cost_little_more_than_their_changes()
    {
        var random = new Random(1);
        var rows = new SampleColumns();
        var buckets = new double[40];
        for (var i = 0; i < 480; i++)
        {
            for (var bucket = 0; bucket < buckets.Length; bucket++)
            {
                buckets[bucket] += random.Next(4);
            }
            rows.Add(i, new NativeHistogram
            {
                Schema = 3,
                Count = buckets.Sum() + 1,
                ZeroCount = 1,
                Sum = i,
                PositiveSpans = [new(0, 40)],
                PositiveBuckets = [.. buckets],
            });
        }
        var chunk = new ByteBuffer();
        SealedChunk.Write(rows, 0, rows.Count, chunk);
        // Forty buckets of two bits each.
        Assert.InRange(chunk.Length / 480.0, 9, 12.5);
    }

    [Fact]
    public void Chunk_of_large_histograms_ends_before_it_has_too_many_counts()
    {
        NativeHistogram?[] histograms = [.. Enumerable.Repeat(new NativeHistogram { PositiveBuckets = new double[100_000] }, 5)];
        Assert.Equal(2, HistogramColumn.ChunkLength(histograms));
        Assert.Equal(1, HistogramColumn.ChunkLength([new NativeHistogram { PositiveBuckets = new double[HistogramColumn.MaxCells + 1] }]));
    }
}

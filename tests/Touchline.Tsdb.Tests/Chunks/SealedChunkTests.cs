using CsCheck;
using Touchline.Conformance;
using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Chunks;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Tests.Chunks;

public sealed class SealedChunkTests
{
    [Fact]
    public void Every_double_comes_back_bit_for_bit() =>
        Gen.Select(AdversarialSamples.Start, AdversarialSamples.Steps, AdversarialSamples.Values).Sample((start, steps, values) =>
        {
            var rows = AdversarialSamples.Columns(start, steps, values);
            foreach (var path in SimdPaths.Supported)
            {
                var decoded = new SampleColumns();
                SealedChunk.Read(Write(rows), rows.Timestamps, long.MinValue, long.MaxValue, decoded, path);
                AdversarialSamples.AssertSame(rows, 0, rows.Count, decoded);
            }
        }, iter: 2000);

    [Fact]
    public void Any_range_gives_the_samples_within_it_behind_those_that_are_there() =>
        Gen.Select(Gen.Int[1, 40], Gen.Int[-5, 45], Gen.Int[-5, 45]).Sample((count, from, to) =>
        {
            var rows = AdversarialSamples.Columns(0, Enumerable.Repeat(10L, count).ToArray(), Enumerable.Range(0, count).Select(i => i * 1.5).ToArray());
            var decoded = new SampleColumns();
            decoded.Add(-99, -99);
            SealedChunk.Read(Write(rows), rows.Timestamps, from * 10, to * 10, decoded);
            var expected = rows.Timestamps.ToArray().Where(time => time >= from * 10 && time <= to * 10).Prepend(-99);
            Assert.Equal(expected, decoded.Timestamps.ToArray());
        });

    [Theory]
    [InlineData("constant", 0.065)]
    [InlineData("counter", 0.8)]
    [InlineData("two decimals", 1.3)]
    [InlineData("counter of multiples, one stale", 0.85)]
    [InlineData("random", 8.1)]
    public void Columns_are_small(string what, double bytesPerSample)
    {
        var random = new Random(1);
        double total = 5_000_000;
        var values = Enumerable.Range(0, 480).Select(i => what switch
        {
            "constant" => 17.25,
            "counter" => total += random.Next(30),
            "two decimals" => Math.Round(50 + (5 * Math.Sin(i / 30.0)) + random.NextDouble(), 2),
            "random" => random.NextDouble(),
            _ => i == 300 ? StaleMarker.Value : total += 4096 * random.Next(30),
        }).ToArray();
        var chunk = Write(AdversarialSamples.Columns(1_700_000_000_000, Enumerable.Repeat(15_000L, 480).ToArray(), values));
        Assert.InRange(chunk.Length / 480.0, 0, bytesPerSample);
    }

    [Fact]
    public void Histograms_come_back_exactly()
    {
        var rows = new SampleColumns();
        for (var i = 0; i < 50; i++)
        {
            rows.Add(i * 1000, new NativeHistogram
            {
                Schema = 3,
                Count = 2 * i,
                Sum = i * 0.1,
                IsFloat = i % 2 == 0,
                ZeroThreshold = 1e-128,
                ZeroCount = i % 2 == 0 ? 0.5 : 1,
                PositiveSpans = [new(-2, 3)],
                PositiveBuckets = [i, 1, 2],
                NegativeSpans = [new(4, 1)],
                NegativeBuckets = [-0.0],
                CounterResetHint = (CounterResetHint)(i % 4),
            });
        }
        var decoded = new SampleColumns();
        SealedChunk.Read(Write(rows), rows.Timestamps, 10_000, 20_000, decoded);
        Assert.Equal(11, decoded.Count);
        for (var row = 0; row < decoded.Count; row++)
        {
            HistogramAssert.Same(rows.Histograms[row + 10]!, decoded.Histograms[row]);
        }
    }

    [Fact]
    public void Any_flipped_bit_is_found_by_the_checksum()
    {
        var chunk = Write(AdversarialSamples.Columns(1000, Enumerable.Repeat(15_000L, 60).ToArray(), Enumerable.Range(0, 60).Select(i => i * 0.25).ToArray()));
        var rows = new SampleColumns();
        for (var bit = 0; bit < chunk.Length * 8; bit++)
        {
            chunk[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<CorruptDataException>(() => SealedChunk.Read(chunk, new long[60], long.MinValue, long.MaxValue, rows));
            chunk[bit / 8] ^= (byte)(1 << (bit % 8));
        }
        Assert.Equal(0, rows.Count);
    }

    [Fact]
    public void Nonsense_with_a_right_checksum_is_refused_without_reading_beyond()
    {
        var times = Enumerable.Range(0, 50).Select(i => (long)i).ToArray();
        Gen.Select(Gen.Int[0, 6], Gen.Int[1, 50], Gen.Byte.Array[0, 60]).Sample((encoding, count, body) =>
        {
            var chunk = new ByteBuffer();
            chunk.WriteByte((byte)(encoding == 6 ? 0x0f : encoding));
            chunk.WriteBytes(body);
            chunk.WriteUInt32(Crc32C.Of(chunk.Written));
            foreach (var path in SimdPaths.Supported)
            {
                var rows = new SampleColumns();
                try
                {
                    SealedChunk.Read(chunk.Written, times.AsSpan(0, count), long.MinValue, long.MaxValue, rows, path);
                }
                catch (CorruptDataException)
                {
                    Assert.Equal(0, rows.Count);
                }
            }
        }, iter: 50_000);
    }

    [Fact]
    public void Encoding_of_another_version_is_named()
    {
        var chunk = new ByteBuffer();
        chunk.WriteBytes([206, 0, 3, 1]);
        chunk.WriteUInt32(Crc32C.Of(chunk.Written));
        var e = Assert.Throws<CorruptDataException>(() => SealedChunk.Read(chunk.Written, new long[1], 0, 1, new SampleColumns()));
        Assert.Contains("206", e.Message);
    }

    private static byte[] Write(SampleColumns rows)
    {
        var buffer = new ByteBuffer();
        SealedChunk.Write(rows, 0, rows.Count, buffer);
        return buffer.Written.ToArray();
    }
}

using CsCheck;
using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Chunks;
using Touchline.Tsdb.Files;
using Touchline.Tsdb.Head;

namespace Touchline.Tsdb.Tests.Chunks;

public sealed class HeadCodecTests
{
    [Fact]
    public void Every_double_comes_back_bit_for_bit() =>
        Gen.Select(AdversarialSamples.Start, AdversarialSamples.Steps, AdversarialSamples.Values).Sample((start, steps, values) =>
        {
            var rows = AdversarialSamples.Columns(start, steps, values);
            var bytes = Encode(rows);
            var decoded = new SampleColumns();
            HeadCodec.Decode(bytes, rows.Count, ChunkKind.Float, long.MinValue, long.MaxValue, decoded);
            AdversarialSamples.AssertSame(rows, 0, rows.Count, decoded);

            var times = new SampleColumns();
            HeadCodec.Decode(bytes, rows.Count, ChunkKind.Float, long.MinValue, long.MaxValue, times, timesOnly: true);
            Assert.Equal(rows.Timestamps, times.Timestamps);
            for (var row = 0; row < rows.Count; row++)
            {
                Assert.Equal(StaleMarker.Is(rows.Values[row]), StaleMarker.Is(times.Values[row]));
            }
        }, iter: 2000);

    [Fact]
    public void A_prefix_and_a_range_decode_alone()
    {
        var rows = AdversarialSamples.Columns(1000, Enumerable.Repeat(10L, 100).ToArray(), Enumerable.Range(0, 100).Select(i => i * 0.5).ToArray());
        var bytes = Encode(rows);
        var decoded = new SampleColumns();
        HeadCodec.Decode(bytes, 50, ChunkKind.Float, 1100, 99_999, decoded);
        AdversarialSamples.AssertSame(rows, 10, 50, decoded);
        decoded.Clear();
        HeadCodec.Decode(bytes, 100, ChunkKind.Float, 1100, 1200, decoded);
        AdversarialSamples.AssertSame(rows, 10, 21, decoded);
    }

    [Fact]
    public void Regular_constant_costs_nothing_and_a_small_counter_a_byte_a_sample()
    {
        var steps = Enumerable.Repeat(15_000L, 480).ToArray();
        var constant = AdversarialSamples.Columns(1_700_000_000_000, steps, Enumerable.Repeat(42.5, 480).ToArray());
        Assert.InRange(Encode(constant).Length, 1, 24);
        var counter = AdversarialSamples.Columns(1_700_000_000_000, steps, Enumerable.Range(0, 480).Select(i => 1e6 + (i * 3)).ToArray());
        Assert.InRange(Encode(counter).Length, 1, 480 + 24);
    }

    [Fact]
    public void Cut_off_bytes_are_corrupt_and_not_read_beyond()
    {
        var rows = AdversarialSamples.Columns(1000, Enumerable.Repeat(10L, 50).ToArray(), Enumerable.Range(0, 50).Select(i => i % 2 == 0 ? Math.PI * i : i).ToArray());
        var bytes = Encode(rows);
        for (var length = 0; length < bytes.Length; length++)
        {
            var cut = bytes[..length];
            Assert.Throws<CorruptDataException>(() => HeadCodec.Decode(cut, 50, ChunkKind.Float, long.MinValue, long.MaxValue, new SampleColumns()));
        }
    }

    [Fact]
    public void Readers_see_only_whole_samples_while_the_chunk_grows()
    {
        var series = new SeriesTable(new HeadMemory(7_200_000, null)).Create(1);
        const int Samples = 200_000;
        var writer = new Thread(() =>
        {
            for (var i = 0; i < Samples; i++)
            {
                series.Append(1000L * i, i % 3 == 0 ? Math.Sqrt(i) : i, 0);
            }
        });
        writer.Start();
        var seen = 0;
        var rows = new SampleColumns();
        do
        {
            rows.Clear();
            foreach (var chunk in series.ChunksWithin(long.MinValue, long.MaxValue))
            {
                chunk.Read(long.MinValue, long.MaxValue, rows);
            }
            for (var row = 0; row < rows.Count; row++)
            {
                Assert.Equal(1000L * row, rows.Timestamps[row]);
                Assert.Equal(row % 3 == 0 ? Math.Sqrt(row) : row, rows.Values[row]);
            }
            Assert.True(rows.Count >= seen);
            seen = rows.Count;
        }
        while (writer.IsAlive);
        writer.Join();
    }

    [Fact]
    public void Series_that_changes_kind_or_crosses_a_block_boundary_starts_a_chunk()
    {
        var series = new SeriesTable(new HeadMemory(7_200_000, null)).Create(1);
        Assert.True(series.Append(0, 1, 0));
        Assert.False(series.Append(1, 2, 0));
        var payload = new ByteBuffer();
        HistogramCodec.Encode(new NativeHistogram { Sum = 3 }, payload);
        Assert.True(series.AppendHistogram(2, payload.Written, 0));
        Assert.True(series.Append(3, 4, 0));
        Assert.True(series.Append(7_200_000, 5, 0));
        var kinds = series.ChunksWithin(long.MinValue, long.MaxValue).Select(chunk => (chunk.Kind, chunk.Count));
        Assert.Equal([(ChunkKind.Float, 2), (ChunkKind.Histogram, 1), (ChunkKind.Float, 1), (ChunkKind.Float, 1)], kinds);
        Assert.Equal(5, BitConverter.UInt64BitsToDouble(series.LastBits));
    }

    private static byte[] Encode(SampleColumns rows)
    {
        var state = default(HeadCodecState);
        var bytes = new byte[rows.Count * HeadCodec.MaxSampleLength];
        var used = 0;
        for (var row = 0; row < rows.Count; row++)
        {
            used += HeadCodec.Encode(ref state, bytes.AsSpan(used, HeadCodec.MaxSampleLength), rows.Timestamps[row], rows.Values[row]);
        }
        return bytes[..used];
    }
}

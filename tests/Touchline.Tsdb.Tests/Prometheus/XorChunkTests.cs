using CsCheck;
using Touchline.Storage;
using Touchline.Tsdb.Files;
using Touchline.Tsdb.Prometheus;
using Touchline.Tsdb.Tests.Chunks;

namespace Touchline.Tsdb.Tests.Prometheus;

public sealed class XorChunkTests
{
    [Fact]
    public void Every_double_comes_back_bit_for_bit() =>
        Gen.Select(AdversarialSamples.Start, AdversarialSamples.Steps, AdversarialSamples.Values).Sample((start, steps, values) =>
        {
            var rows = AdversarialSamples.Columns(start, steps, values);
            var read = new SampleColumns();
            XorChunk.Read(Write(rows), long.MinValue, long.MaxValue, read);
            AdversarialSamples.AssertSame(rows, 0, rows.Count, read);
        }, iter: 1000);

    [Fact]
    public void Chunk_of_three_samples_has_the_bytes_that_Prometheus_writes()
    {
        var rows = new SampleColumns();
        rows.Add(1000, 1.0);
        rows.Add(16000, 2.0);
        rows.Add(31000, 2.0);
        // The number of samples; 1000 as a varint, 1.0; 15000 as a uvarint; 11 (a new window), 1 leading zero, 11 bits, all ones; twice 0 (nothing changes).
        Assert.Equal("0003" + "D00F" + "3FF0000000000000" + "9875" + "C25FFF00", Convert.ToHexString(Write(rows)));
    }

    [Fact]
    public void Only_times_asked_for_are_given()
    {
        var rows = new SampleColumns();
        for (var i = 0; i < 50; i++)
        {
            rows.Add(i * 10, i);
        }
        var read = new SampleColumns();
        XorChunk.Read(Write(rows), 95, 200, read);
        Assert.Equal(Enumerable.Range(10, 11).Select(i => i * 10L), read.Timestamps.ToArray());
    }

    [Fact]
    public void Damaged_chunk_is_refused_or_read_but_never_crashes() =>
        Gen.Select(AdversarialSamples.Values, Gen.Int[0, 10_000], Gen.Byte, Gen.Int[0, 10_000]).Sample((values, at, noise, cut) =>
        {
            var chunk = Write(AdversarialSamples.Columns(0, [.. Enumerable.Repeat(15_000L, values.Length)], values));
            chunk[at % chunk.Length] ^= noise;
            try
            {
                XorChunk.Read(chunk.AsSpan(0, cut % (chunk.Length + 1)), long.MinValue, long.MaxValue, new SampleColumns());
            }
            catch (CorruptDataException)
            {
                return; // That is how damage is told.
            }
        });

    private static byte[] Write(SampleColumns rows)
    {
        var writer = new BitWriter();
        XorChunk.Write(rows.Timestamps, rows.Values, writer);
        return writer.Written.ToArray();
    }
}

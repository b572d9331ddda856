using CsCheck;
using Touchline.Tsdb.Chunks;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Tests.Chunks;

public sealed class PackedIntegersTests
{
    [Fact]
    public void Any_integers_come_back() =>
        Gen.OneOf(Gen.Long.Array[0, 200], Gen.Long[-100, 100].Array[0, 200], Gen.Frequency((20, Gen.Long[0, 7]), (1, Gen.Long)).Array[0, 400])
            .Sample(values =>
            {
                var buffer = new ByteBuffer();
                PackedIntegers.Write(values, buffer);
                foreach (var path in SimdPaths.Supported)
                {
                    var reader = new ByteReader(buffer.Written);
                    var back = new long[values.Length];
                    PackedIntegers.Read(ref reader, back, path);
                    Assert.Equal(values, back);
                    Assert.Equal(0, reader.Remaining);
                }
            }, iter: 5000);

    [Fact]
    public void Every_width_packs_and_unpacks() =>
        Gen.Select(Gen.Int[0, 64], Gen.ULong.Array[0, 700]).Sample((width, values) =>
        {
            var mask = width == 64 ? ulong.MaxValue : (1UL << width) - 1;
            var bytes = new byte[BitPacking.PackedLength(values.Length, width)];
            BitPacking.Pack(values, width, bytes);
            foreach (var path in SimdPaths.Supported)
            {
                var back = new ulong[values.Length];
                BitPacking.Unpack(bytes, width, back, path);
                Assert.Equal(values.Select(value => value & mask), back);
            }
        }, iter: 5000);

    [Fact]
    public void One_outlier_costs_a_patch_and_not_a_width()
    {
        var values = Enumerable.Range(0, 400).Select(i => (long)(i % 4)).ToArray();
        values[200] = 1L << 60;
        var buffer = new ByteBuffer();
        PackedIntegers.Write(values, buffer);
        Assert.InRange(buffer.Length, 100, 120);
    }
}

using CsCheck;
using Touchline.Tsdb.Files;
using Touchline.Tsdb.Prometheus;

namespace Touchline.Tsdb.Tests.Prometheus;

public sealed class BitsTests
{
    [Fact]
    public void Bits_of_any_width_come_back() =>
        Gen.Select(Gen.ULong, Gen.Int[1, 64]).Array[0, 200].Sample(fields =>
        {
            var writer = new BitWriter(1);
            foreach (var (value, width) in fields)
            {
                writer.WriteBits(value, width);
            }
            var reader = new BitReader(writer.Written);
            foreach (var (value, width) in fields)
            {
                Assert.Equal(width == 64 ? value : value & ((1UL << width) - 1), reader.ReadBits(width));
            }
        });

    [Fact]
    public void Numbers_of_every_size_come_back() =>
        Gen.Select(Gen.Long, Gen.Int[0, 63]).Array[0, 100].Sample(numbers =>
        {
            var writer = new BitWriter();
            foreach (var (number, shift) in numbers)
            {
                VarBits.WriteInt(writer, number >> shift);
                VarBits.WriteUint(writer, (ulong)number >> shift);
                VarBits.WriteTime(writer, number >> shift);
                writer.WriteVarint(number >> shift);
                writer.WriteUvarint((ulong)number >> shift);
            }
            var reader = new BitReader(writer.Written);
            foreach (var (number, shift) in numbers)
            {
                Assert.Equal(number >> shift, VarBits.ReadInt(ref reader));
                Assert.Equal((ulong)number >> shift, VarBits.ReadUint(ref reader));
                Assert.Equal(number >> shift, VarBits.ReadTime(ref reader));
                Assert.Equal(number >> shift, reader.ReadVarint());
                Assert.Equal((ulong)number >> shift, reader.ReadUvarint());
            }
        });

    /// <summary>What Prometheus's own tests pin: prefix, width, and a range that reaches one further up than down.</summary>
    [Theory]
    [InlineData(0, 1)]
    [InlineData(4, 5)]
    [InlineData(-3, 5)]
    [InlineData(-4, 9)]
    [InlineData(5, 9)]
    [InlineData(32, 9)]
    [InlineData(33, 13)]
    [InlineData(256, 13)]
    [InlineData(2048, 17)]
    [InlineData(131072, 24)]
    [InlineData(16777216, 32)]
    [InlineData(36028797018963968, 64)]
    [InlineData(36028797018963969, 72)]
    public void Number_takes_the_narrowest_width_that_holds_it(long number, int bits)
    {
        var writer = new BitWriter();
        VarBits.WriteInt(writer, number);
        Assert.Equal((bits + 7) / 8, writer.Written.Length);
        writer.WriteBits(ulong.MaxValue, 8 - (bits % 8));
        Assert.Equal((bits / 8) + 1, writer.Written.Length);
    }

    [Fact]
    public void Reading_behind_the_end_is_refused()
    {
        var reader = new BitReader([0xff]);
        reader.ReadBits(5);
        try
        {
            reader.ReadBits(4);
        }
        catch (CorruptDataException)
        {
            return;
        }
        Assert.Fail("four bits were read of three");
    }
}

using CsCheck;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Tests.Files;

public sealed class PrefixVarintTests
{
    [Fact]
    public void Any_number_comes_back_in_the_least_bytes() =>
        Gen.Select(Gen.ULong, Gen.Int[0, 63], Gen.Int[0, 12]).Sample((number, shift, behind) =>
        {
            var value = number >> shift;
            var bytes = new byte[PrefixVarint.MaxLength + behind];
            var length = PrefixVarint.Write(bytes, value);
            var position = 0;
            Assert.Equal(value, PrefixVarint.Read(bytes.AsSpan(0, Math.Max(length, bytes.Length - behind)), ref position));
            Assert.Equal(length, position);
            var expected = value >> 56 != 0 ? 9 : Math.Max(1, (64 - System.Numerics.BitOperations.LeadingZeroCount(value) + 6) / 7);
            Assert.Equal(expected, length);
            position = 0;
            Assert.Equal(value, PrefixVarint.Read(bytes.AsSpan(0, length), ref position));
        }, iter: 20_000);

    [Fact]
    public void A_number_cut_off_is_corrupt()
    {
        var bytes = new byte[9];
        var length = PrefixVarint.Write(bytes, 1_000_000);
        var position = 0;
        Assert.Throws<CorruptDataException>(() => PrefixVarint.Read(bytes.AsSpan(0, length - 1), ref position));
        Assert.Throws<CorruptDataException>(() => PrefixVarint.Read([], ref position));
    }

    [Fact]
    public void Zigzag_is_its_own_way_back() =>
        Gen.Long.Sample(value => PrefixVarint.UnZigZag(PrefixVarint.ZigZag(value)) == value);

    [Fact]
    public void Checksum_is_castagnolis_whatever_the_split()
    {
        // The check value of the CRC catalogue.
        Assert.Equal(0xe3069283, Crc32C.Of("123456789"u8));
        Assert.Equal(Crc32C.Of("123456789"u8), Crc32C.Continue(Crc32C.Of("1234"u8), "56789"u8));
    }
}

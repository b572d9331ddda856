using CsCheck;
using Touchline.Model.Protobuf;

namespace Touchline.Model.Tests;

public sealed class WireReaderTests
{
    [Fact]
    public void Varint_of_any_value_comes_back() => Gen.ULong.Sample(value =>
    {
        var bytes = new List<byte>();
        for (var rest = value; ; rest >>= 7)
        {
            if (rest < 0x80)
            {
                bytes.Add((byte)rest);
                break;
            }
            bytes.Add((byte)(rest | 0x80));
        }
        var reader = new WireReader(bytes.ToArray());
        return reader.ReadVarint() == value && reader.IsAtEnd;
    });

    [Theory]
    [InlineData("80")]
    [InlineData("ffffffffffffffffff02")]
    [InlineData("ffffffffffffffffffff01")]
    public void Varint_that_does_not_end_or_is_too_long_is_malformed(string hex) => Assert.Throws<MalformedMessageException>(() =>
    {
        var reader = new WireReader(Convert.FromHexString(hex));
        reader.ReadVarint();
    });

    [Fact]
    public void Length_beyond_the_message_is_malformed() => Assert.Throws<MalformedMessageException>(() =>
    {
        var reader = new WireReader(Convert.FromHexString("ffffffff0f00"));
        reader.ReadBytes();
    });
}

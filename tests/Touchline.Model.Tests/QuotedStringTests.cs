using Touchline.Model;

namespace Touchline.Model.Tests;

public sealed class QuotedStringTests
{
    [Theory]
    [InlineData("plain", "\"plain\"")]
    [InlineData("a\"b\\c", "\"a\\\"b\\\\c\"")]
    [InlineData("\a\b\f\n\r\t\v", "\"\\a\\b\\f\\n\\r\\t\\v\"")]
    [InlineData("\u0001\u007f", "\"\\x01\\x7f\"")]
    [InlineData("é日😀", "\"é日😀\"")]
    [InlineData("\u00a0\u200b", "\"\\u00a0\\u200b\"")]
    [InlineData("\U000e0001", "\"\\U000e0001\"")]
    [InlineData("\ufffd", "\"\\ufffd\"")]
    public void Of_escapes_as_go_does(string value, string expected) => Assert.Equal(expected, QuotedString.Of(value));

    [Fact]
    public void Of_a_byte_that_is_no_utf8_is_the_byte() => Assert.Equal("\"a\\xc5z\"", QuotedString.Of("a\udcc5z"));
}

using Touchline.Api;

namespace Touchline.Tests.Api;

public sealed class LabelEscapingTests
{
    [Theory]
    [InlineData("job", "job")]
    [InlineData("U__http_2e_status", "http.status")]
    [InlineData("U__a__b", "a_b")]
    [InlineData("U___1f600_", "😀")]
    [InlineData("U__a_zz_b", "U__a_zz_b")]
    [InlineData("U__a_2e", "U__a_2e")]
    [InlineData("U__a_d800_", "U__a_d800_")]
    public void Unescaping_gives_the_name_that_was_meant(string escaped, string name) => Assert.Equal(name, LabelEscaping.Unescape(escaped));
}

using Touchline.Options;

namespace Touchline.Tests.Options;

public sealed class ListenAddressTests
{
    [Theory]
    [InlineData("127.0.0.1:9090", "127.0.0.1", 9090)]
    [InlineData(":9090", "", 9090)]
    [InlineData("0.0.0.0:80", "0.0.0.0", 80)]
    [InlineData("[::1]:9090", "::1", 9090)]
    [InlineData("localhost:0", "localhost", 0)]
    [InlineData("metrics.example.com:9090", "metrics.example.com", 9090)]
    public void Parsing_an_address_gives_host_and_port(string text, string host, int port)
    {
        Assert.True(ListenAddress.TryParse(text, out var address, out _));
        Assert.Equal(new ListenAddress(host, port), address);
    }

    [Theory]
    [InlineData("9090", "the port is missing")]
    [InlineData("127.0.0.1:", "the port must be a number")]
    [InlineData("127.0.0.1:65536", "the port must be a number")]
    [InlineData("::1:9090", "brackets")]
    [InlineData("[nonsense]:9090", "not an IPv6 address")]
    [InlineData("a b:9090", "neither an IP address nor a host name")]
    public void Parsing_nonsense_says_what_would_be_right(string text, string problem)
    {
        Assert.False(ListenAddress.TryParse(text, out _, out var told));
        Assert.Contains(problem, told);
    }

    [Theory]
    [InlineData(":9090", "http://localhost:9090")]
    [InlineData("0.0.0.0:9090", "http://localhost:9090")]
    [InlineData("127.0.0.1:9090", "http://localhost:9090")]
    [InlineData("[::1]:9090", "http://[::1]:9090")]
    [InlineData("10.0.0.7:9090", "http://10.0.0.7:9090")]
    public void The_url_is_one_that_a_browser_on_this_machine_opens(string text, string url)
    {
        Assert.True(ListenAddress.TryParse(text, out var address, out _));
        Assert.Equal(url, address.ToUrl("http", 9090, ""));
    }
}

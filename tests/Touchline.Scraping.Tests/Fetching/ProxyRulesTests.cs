using Touchline.Configuration;
using Touchline.Fetching;

namespace Touchline.Scraping.Tests.Fetching;

public sealed class ProxyRulesTests
{
    [Theory]
    [InlineData("http://a.test/", "a.test", false)]
    [InlineData("http://b.a.test/", "a.test", false)]
    [InlineData("http://ba.test/", "a.test", true)]
    [InlineData("http://a.test/", ".a.test", true)]
    [InlineData("http://b.a.test/", "*.a.test", false)]
    [InlineData("http://a.test:81/", "a.test:80", true)]
    [InlineData("http://a.test:80/", "x, a.test:80", false)]
    [InlineData("http://10.1.2.3/", "10.0.0.0/8", false)]
    [InlineData("http://11.1.2.3/", "10.0.0.0/8", true)]
    [InlineData("http://10.1.2.3:9/", "10.1.2.3", false)]
    [InlineData("http://[fd00::1]/", "fd00::1", false)]
    [InlineData("http://anything.test/", "*", false)]
    [InlineData("http://localhost:9/", "a.test", false)]
    [InlineData("http://127.0.0.1:9/", "a.test", false)]
    [InlineData("http://127.0.0.1:9/", null, true)]
    public void Exceptions_are_reached_without_the_proxy(string url, string? noProxy, bool proxied) => Assert.Equal(
        proxied ? new Uri("http://proxy:1") : null,
        new ProxyRules(new HttpClientConfig { ProxyUrl = "http://proxy:1", NoProxy = noProxy }, _ => null).GetProxy(new Uri(url)));

    [Fact]
    public void Environment_names_a_proxy_for_each_scheme()
    {
        var environment = new Dictionary<string, string> { ["HTTP_PROXY"] = "plain:1", ["https_proxy"] = "http://secure:2", ["NO_PROXY"] = "not.test" };
        var rules = new ProxyRules(new HttpClientConfig { ProxyFromEnvironment = true }, environment.GetValueOrDefault);
        Assert.Equal(new Uri("http://plain:1"), rules.GetProxy(new Uri("http://a.test")));
        Assert.Equal(new Uri("http://secure:2"), rules.GetProxy(new Uri("https://a.test")));
        Assert.True(rules.IsBypassed(new Uri("http://not.test")));
        Assert.False(new ProxyRules(new HttpClientConfig(), environment.GetValueOrDefault).IsAny);
    }
}

using Touchline.Collectors.Probes;
using Touchline.Configuration.Probes;

namespace Touchline.Collectors.Tests.Probes;

/// <summary>The rules are those of blackbox_exporter.</summary>
public sealed class ProbeTimeoutTests
{
    [Theory]
    [InlineData("", 0, 119.5)]
    [InlineData("10", 0, 9.5)]
    [InlineData("10", 5_000, 5)]
    [InlineData("10", 20_000, 9.5)]
    [InlineData("0.4", 3_000, 3)]
    [InlineData("1e9", 0, 119.5)]
    public void Scrapers_time_less_the_offset_or_the_modules(string header, long moduleMs, double seconds)
    {
        var module = new ProbeModuleConfig { Prober = ProberKind.Http, TimeoutMs = moduleMs };

        Assert.Equal(TimeSpan.FromSeconds(seconds), ProbeTimeout.Of(header, module, TimeSpan.FromSeconds(0.5)));
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("NaN")]
    public void Header_that_is_no_number_gives_none(string header)
    {
        Assert.Null(ProbeTimeout.Of(header, new ProbeModuleConfig { Prober = ProberKind.Http }, default));
    }
}

using Touchline.Collectors.Host;
using Touchline.Collectors.Host.Settings;

namespace Touchline.Collectors.Tests.Host;

public sealed class NodeCollectorsTests
{
    [Fact]
    public void Without_settings_those_run_that_are_on_by_default() =>
        Assert.Equal(NodeCollectors.Entries.Where(entry => entry.IsOnByDefault).Select(entry => entry.Name), Names(new HostOptions()));

    [Fact]
    public void Single_collectors_are_switched_on_and_off()
    {
        var options = new HostOptions();
        var collectors = options.Collectors.SetItem("cpu", false).SetItem("interrupts", true);

        var names = Names(options with { Collectors = collectors });

        Assert.DoesNotContain("cpu", names);
        Assert.Contains("interrupts", names);
        Assert.Contains("loadavg", names);
        Assert.Equal(["interrupts"], Names(options with { Collectors = collectors, DisableDefaults = true }));
    }

    [Fact]
    public void Names_of_collectors_and_settings_are_unique_and_every_collector_has_the_name_it_is_entered_under()
    {
        Assert.Equal(NodeCollectors.Entries.Count, NodeCollectors.Entries.DistinctBy(entry => entry.Name).Count());
        Assert.Equal(NodeCollectors.Flags.Count, NodeCollectors.Flags.DistinctBy(flag => flag.Name).Count());
        Assert.All(NodeCollectors.Entries, entry => Assert.Equal(entry.Name, entry.Create(new HostOptions(), TimeProvider.System).Name));
        Assert.All(NodeCollectors.Flags, flag => Assert.StartsWith("collector.", flag.Name, StringComparison.Ordinal));
    }

    [Fact]
    public void Defaults_have_no_mistakes() => Assert.All(NodeCollectors.Flags, flag => Assert.Empty(NodeFlagValues.Defaults.Mistakes(flag)));

    private static IEnumerable<string> Names(HostOptions options) => NodeCollectors.Create(options, TimeProvider.System).Select(collector => collector.Name);
}

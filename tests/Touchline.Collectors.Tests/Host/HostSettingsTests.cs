using Touchline.Collectors.Host;
using Touchline.Collectors.Host.Settings;

namespace Touchline.Collectors.Tests.Host;

/// <summary>What settings make of an exposition.</summary>
public sealed class HostSettingsTests
{
    [Fact]
    public void Include_takes_the_place_of_its_excludes_default()
    {
        Assert.Equal(["nvme0n1", "sda"], Devices());
        Assert.Equal(["sda", "sda1"], Devices((DiskStatsCollector.Include, "^sda")));
        Assert.Equal(["nvme0n1"], Devices((DiskStatsCollector.Exclude, "^(sd|nvme.*p|dm|loop|z?ram)")));

        static IEnumerable<string> Devices(params (NodeFlag, string)[] settings) =>
            LabelsOf("node_disk_io_now", settings).Where(name => !name.StartsWith("dm", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
    }

    [Fact]
    public void Include_and_exclude_together_are_a_mistake()
    {
        var flags = NodeFlagValues.Defaults.With(NetDevCollector.Include, "eth0").With(NetDevCollector.Exclude, "lo");
        Assert.Equal(["must not be given beside --collector.netdev.device-include"], flags.Mistakes(NetDevCollector.Exclude));
    }

    [Fact]
    public void Expression_that_is_none_is_a_mistake() =>
        Assert.Single(NodeFlagValues.Defaults.With(VmStatCollector.Fields, "(").Mistakes(VmStatCollector.Fields));

    [Theory]
    [InlineData(@"^(?P<disk>sd[[:alpha:]])\z", "sda")]
    [InlineData(@"^\QnvmE\E(?i:X)?", "")]
    [InlineData(@"(?i)^\QnvmE\E\pN+n[[:digit:]]$", "nvme0n1")]
    public void Expressions_are_those_of_RE2(string expression, string devices) =>
        Assert.Equal(devices.Split(',', StringSplitOptions.RemoveEmptyEntries), LabelsOf("node_disk_io_now", (DiskStatsCollector.Include, expression)));

    [Theory]
    [InlineData("(?=sd)")]
    [InlineData(@"(a)\1")]
    [InlineData("[[:letter:]]")]
    public void Expression_that_RE2_has_not_is_a_mistake(string expression) => Assert.StartsWith(
        "error parsing regexp: ", Assert.Single(NodeFlagValues.Defaults.With(VmStatCollector.Fields, expression).Mistakes(VmStatCollector.Fields)), StringComparison.Ordinal);

    [Fact]
    public void Interfaces_are_chosen_by_an_expression_found_anywhere_in_their_names()
    {
        Assert.Equal(["eth0"], LabelsOf("node_network_receive_bytes_total", (NetDevCollector.Include, "th0")));
        Assert.DoesNotContain("lo", LabelsOf("node_network_up", (NetClassCollector.Ignored, "^lo$")));
    }

    [Fact]
    public void Mount_points_and_types_are_chosen()
    {
        Assert.Equal(["/dev/sdc1"], LabelsOf("node_filesystem_readonly", (FilesystemFlags.MountPointsInclude, "^/mnt/usb$")));
        Assert.Equal(["/dev/sdb1"], LabelsOf("node_filesystem_readonly", (FilesystemFlags.TypesInclude, "^xfs$")));
    }

    [Fact]
    public void Fields_are_chosen() => Assert.Single(Samples("node_netstat_", (Collectors.Host.Network.NetStatCollector.Fields, "^Tcp_InSegs$")));

    [Fact]
    public void Guests_are_left_out_where_nobody_wants_them() => Assert.Empty(Samples("node_cpu_guest", (CpuCollector.Guest, "false")));

    private static IEnumerable<string> LabelsOf(string family, params (NodeFlag Flag, string Value)[] settings) =>
        Samples(family + "{", settings).Select(line => line.Split('"')[1]);

    private static IReadOnlyList<string> Samples(string prefix, params (NodeFlag Flag, string Value)[] settings)
    {
        using var host = new HostFixture(change: (options, _) =>
            options with { Flags = settings.Aggregate(options.Flags, (flags, setting) => flags.With(setting.Flag, setting.Value)) });
        return ExpositionText.Samples(host.Collector, prefix);
    }
}

using Touchline.Cli;
using Touchline.Collectors.Host.Settings;
using Touchline.Options;

namespace Touchline.Tests.Cli;

/// <summary>The flags of node_exporter on our command line.</summary>
public sealed class HostFlagsTests
{
    [Fact]
    public void Collectors_are_switched_as_in_node_exporter()
    {
        var host = Read("--no-collector.cpu", "--collector.interrupts", "--collector.disable-defaults").Options.Host;
        Assert.True(host.DisableDefaults);
        Assert.False(host.Collectors["cpu"]);
        Assert.True(host.Collectors["interrupts"]);
        Assert.Equal(2, host.Collectors.Count);
    }

    [Fact]
    public void Paths_and_settings_are_taken()
    {
        var (options, errors) = Read(
            "--path.procfs=/host/proc", "--path.rootfs", "/host", "--collector.textfile.directory=/a", "--collector.textfile.directory=/b",
            "--collector.netdev.device-include=^eth", "--no-collector.cpu.guest", "--collector.vmstat.fields=");
        Assert.Empty(errors);
        Assert.Equal("/host/proc", options.Host.ProcPath);
        Assert.Equal("/sys", options.Host.SysPath);
        Assert.Equal("/host", options.Host.RootFsPath);
        Assert.Equal(["/a", "/b"], options.Host.Flags.List(Flag("collector.textfile.directory")));
        Assert.Equal("^eth", options.Host.Flags.Text(Flag("collector.netdev.device-include")));
        Assert.False(options.Host.Flags.IsOn(Flag("collector.cpu.guest")));
        Assert.Equal("", options.Host.Flags.Text(Flag("collector.vmstat.fields")));
    }

    [Fact]
    public void Former_names_of_settings_are_taken()
    {
        var (options, errors) = Read("--collector.diskstats.ignored-devices=^sd", "--collector.filesystem.ignored-fs-types", "^nfs");
        Assert.Empty(errors);
        Assert.Equal("^sd", options.Host.Flags.Text(Flag("collector.diskstats.device-exclude")));
        Assert.Equal("^nfs", options.Host.Flags.Text(Flag("collector.filesystem.fs-types-exclude")));
    }

    [Theory]
    [InlineData("--collector.netdev.device-include=(", "--collector.netdev.device-include: ")]
    [InlineData("--collector.filesystem.mount-timeout=soon", "--collector.filesystem.mount-timeout: \"soon\" is not a duration")]
    [InlineData("--collector.ipvs.backend-labels=local_adress", "--collector.ipvs.backend-labels: there is no label local_adress")]
    [InlineData("--collector.host.listen-address=9100", "--collector.host.listen-address: \"9100\"")]
    public void Mistakes_are_told(string argument, string error) => Assert.StartsWith(error, Assert.Single(Read(argument).Errors), StringComparison.Ordinal);

    [Fact]
    public void Password_in_an_address_is_not_shown()
    {
        var (options, errors) = Read("--collector.supervisord.url=http://watcher:hush@localhost:9001/RPC2");

        Assert.Empty(errors);
        Assert.Contains(KeyValuePair.Create("collector.supervisord.url", "http://watcher:<secret>@localhost:9001/RPC2"), options.Flags);
        Assert.Equal("http://watcher:hush@localhost:9001/RPC2", options.Host.Flags.Text(Flag("collector.supervisord.url")));
    }

    [Fact]
    public void Own_port_is_closed_unless_it_is_asked_for()
    {
        Assert.Empty(Read().Options.HostListenAddresses);
        Assert.Equal([new ListenAddress("", 9100)], Read("--collector.host.listen-address=:9100").Options.HostListenAddresses);
    }

    private static NodeFlag Flag(string name) => Collectors.Host.NodeCollectors.Flags.Single(flag => flag.Name == name);

    private static (ServerOptions Options, IReadOnlyList<string> Errors) Read(params string[] arguments)
    {
        var flags = new ServerFlags();
        var root = TouchlineCommand.Create(flags, TextWriter.Null, TextWriter.Null);
        var reader = new ServerOptionsReader(flags, root.Parse(TouchlineCommand.Normalize(arguments, flags)));
        return (reader.Read(), reader.Errors);
    }
}

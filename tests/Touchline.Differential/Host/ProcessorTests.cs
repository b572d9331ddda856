using Touchline.Collectors.Host;

namespace Touchline.Differential.Host;

/// <summary>
/// Whether /proc/cpuinfo of other architectures gives what node_exporter built for each of them makes of it: Debian's 1.11.1 was run under QEMU with these files, and its answers
/// are kept beside them, in node_exporter.txt.
/// </summary>
public sealed class ProcessorTests
{
    [Theory]
    [InlineData("arm64")]
    [InlineData("armv7")]
    [InlineData("ppc64le")]
    [InlineData("riscv64")]
    [InlineData("s390x")]
    public async Task Processors_of_another_architecture_are_told_as_its_node_exporter_tells_them(string architecture)
    {
        var folder = Path.Combine(Peers.Repository, "tests", "Touchline.Collectors.Tests", "Fixtures", "processors", architecture);
        var theirs = Exposition.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "node_exporter.txt"), TestContext.Current.CancellationToken));

        var ours = MachineTests.Read(new HostOptions
        {
            ProcPath = Path.Combine(folder, "proc"),
            SysPath = Path.Combine(folder, "sys"),
            DisableDefaults = true,
            Collectors = new HostOptions().Collectors.Add("cpu", true).Add("cpufreq", true),
            Flags = MachineTests.Flags(["collector.cpu.info", "collector.cpu.info.flags-include=^(aes|neon|te|vx|fp)$"]),
        });

        Assert.Equal(MachineTests.Lines(theirs), MachineTests.Lines(ours));
    }
}

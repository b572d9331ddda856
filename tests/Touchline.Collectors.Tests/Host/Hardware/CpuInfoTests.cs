using Touchline.Collectors.Host;
using Touchline.Collectors.Host.Hardware;
using Touchline.Collectors.Host.Settings;

namespace Touchline.Collectors.Tests.Host.Hardware;

public sealed class CpuInfoTests
{
    [Fact]
    public void Nothing_is_told_unless_asked_for()
    {
        using var machine = Machine();

        Assert.DoesNotContain(BareMachine.Samples(new CpuCollector(machine.Options)), line => line.StartsWith("node_cpu_info", StringComparison.Ordinal));
    }

    [Fact]
    public void Asking_for_abilities_asks_for_models_too()
    {
        using var machine = Machine();
        var options = machine.Options with { Flags = NodeFlagValues.Defaults.With(CpuInfo.FlagsInclude, "^avx") };

        var samples = BareMachine.Samples(new CpuCollector(options));

        Assert.Equal(
            ["node_cpu_info{package=\"0\",core=\"1\",cpu=\"0\",vendor=\"V\",family=\"6\",model=\"\",model_name=\"A: B\",microcode=\"\",stepping=\"\",cachesize=\"\"} 1",
                "node_cpu_frequency_hertz{package=\"0\",core=\"1\",cpu=\"0\"} 799998000",
                "node_cpu_flag_info{flag=\"avx\"} 1", "node_cpu_flag_info{flag=\"avx2\"} 1"],
            samples.Take(4));
    }

    [Fact]
    public void Clocks_are_left_to_the_collector_that_reads_them_from_sys()
    {
        using var machine = Machine();
        machine.Write("sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_cur_freq", "1");
        var options = machine.Options with { Flags = NodeFlagValues.Defaults.With(CpuInfo.Info, "true") };

        Assert.DoesNotContain(BareMachine.Samples(new CpuCollector(options)), line => line.StartsWith("node_cpu_frequency", StringComparison.Ordinal));
    }

    private static BareMachine Machine()
    {
        var machine = new BareMachine();
        machine.Write("proc/stat", "cpu0 1 1 1 1 1 1 1 1 1 1\n");
        machine.Write(
            "proc/cpuinfo",
            "processor\t: 0\nvendor_id\t: V\ncpu family\t: 6\nmodel name\t: A: B\ncpu MHz\t\t: 799.998\nphysical id\t: 0\ncore id\t\t: 1\n"
            + "flags\t\t: fpu avx avx2\npower management:\n\n");
        return machine;
    }
}

using Touchline.Collectors.Host.Hardware;

namespace Touchline.Collectors.Tests.Host.Hardware;

/// <summary>What drivers refuse to say costs that file only.</summary>
public sealed class RefusingFileTests
{
    [Theory]
    [InlineData(Refusal.InputOutput)]
    [InlineData(Refusal.InvalidArgument)]
    [InlineData(Refusal.Folder)]
    public void Battery_tells_the_rest(Refusal refusal)
    {
        using var machine = new BareMachine();
        machine.Write("sys/class/power_supply/BAT0/capacity", "81\n");
        machine.Write("sys/class/power_supply/BAT0/status", "\n");
        machine.WriteRefusing("sys/class/power_supply/BAT0/current_now", refusal);

        Assert.Equal(
            ["node_power_supply_capacity{power_supply=\"BAT0\"} 81", "node_power_supply_info{power_supply=\"BAT0\"} 1"],
            BareMachine.Samples(new PowerSupplyCollector(machine.Options)));
    }

    [Theory]
    [InlineData(Refusal.InputOutput)]
    [InlineData(Refusal.InvalidArgument)]
    public void Thermal_zone_that_sleeps_is_at_zero_and_a_cooling_device_is_left_out(Refusal refusal)
    {
        using var machine = new BareMachine();
        machine.Write("sys/class/thermal/thermal_zone0/type", "iwlwifi_1\n");
        machine.WriteRefusing("sys/class/thermal/thermal_zone0/temp", refusal);
        machine.Write("sys/class/thermal/cooling_device0/type", "Fan");
        machine.Write("sys/class/thermal/cooling_device0/max_state", "1");
        machine.WriteRefusing("sys/class/thermal/cooling_device0/cur_state", refusal);

        Assert.Equal(["node_thermal_zone_temp{zone=\"0\",type=\"iwlwifi_1\"} 0"], BareMachine.Samples(new ThermalZoneCollector(machine.Options)));
    }

    [Fact]
    public void Processor_tells_the_clocks_that_it_knows()
    {
        using var machine = new BareMachine();
        machine.Write("sys/devices/system/cpu/offline", "\n");
        machine.WriteRefusing("sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_cur_freq", Refusal.InputOutput);
        machine.Write("sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq", "1200000\n");

        Assert.Equal(["node_cpu_scaling_frequency_hertz{cpu=\"0\"} 1200000000"], BareMachine.Samples(new CpuFrequencyCollector(machine.Options)));
    }

    [Fact]
    public void Energy_that_may_not_be_read_is_nothing_to_warn_of()
    {
        using var machine = new BareMachine();
        machine.Write("sys/class/powercap/intel-rapl:0/name", "package-0");
        machine.WriteRefusing("sys/class/powercap/intel-rapl:0/energy_uj", Refusal.Folder);
        var collector = new RaplCollector(machine.Options);

        Assert.Empty(BareMachine.Samples(collector));
        Assert.NotNull(collector.Absence);
    }

    [Fact]
    public void Firmware_that_tells_root_only_tells_the_rest()
    {
        using var machine = new BareMachine();
        machine.Write("sys/class/dmi/id/board_name", "07PXPY\n");
        machine.WriteRefusing("sys/class/dmi/id/product_serial", Refusal.Folder);

        Assert.Equal(["node_dmi_info{board_name=\"07PXPY\"} 1"], BareMachine.Samples(new DmiCollector(machine.Options)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("many")]
    public void Count_of_memory_errors_that_is_none_fails_the_collector(string content)
    {
        using var machine = new BareMachine();
        machine.Write("sys/devices/system/edac/mc/mc0/ce_count", content);

        Assert.Throws<FormatException>(() => BareMachine.Samples(new EdacCollector(machine.Options)));
    }
}

using Touchline.Collectors.Host.Hardware;

namespace Touchline.Collectors.Tests.Host.Hardware;

public sealed class HardwareMonitorCollectorTests
{
    [Theory]
    [InlineData(Refusal.InputOutput)]
    [InlineData(Refusal.InvalidArgument)]
    [InlineData(Refusal.Folder)]
    public void Sensor_that_refuses_costs_itself_only(Refusal refusal)
    {
        using var machine = new BareMachine();
        machine.Write("sys/class/hwmon/hwmon0/name", "chip\n");
        machine.Write("sys/class/hwmon/hwmon0/temp1_input", "41000\n");
        machine.WriteRefusing("sys/class/hwmon/hwmon0/temp2_input", refusal);

        Assert.Equal(
            ["node_hwmon_chip_names{chip=\"chip\",chip_name=\"chip\"} 1", "node_hwmon_temp_celsius{chip=\"chip\",sensor=\"temp1\"} 41"],
            BareMachine.Samples(new HardwareMonitorCollector(machine.Options)));
    }

    [Fact]
    public void Two_chips_of_one_name_give_each_series_once()
    {
        using var machine = new BareMachine();
        machine.Write("sys/class/hwmon/hwmon0/name", "acpitz");
        machine.Write("sys/class/hwmon/hwmon0/temp1_input", "1000");
        machine.Write("sys/class/hwmon/hwmon1/name", "acpitz");
        machine.Write("sys/class/hwmon/hwmon1/temp1_input", "2000");
        machine.Write("sys/class/hwmon/hwmon1/temp2_input", "3000");

        var samples = BareMachine.Samples(new HardwareMonitorCollector(machine.Options));

        Assert.Equal(
            ["node_hwmon_temp_celsius{chip=\"acpitz\",sensor=\"temp1\"} 1", "node_hwmon_temp_celsius{chip=\"acpitz\",sensor=\"temp2\"} 3"],
            samples.Where(line => line.StartsWith("node_hwmon_temp_celsius", StringComparison.Ordinal)));
    }

    [Fact]
    public void Label_that_is_no_text_is_made_one()
    {
        using var machine = new BareMachine();
        machine.Write("sys/class/hwmon/hwmon0/name", "chip");
        machine.Write("sys/class/hwmon/hwmon0/in1_label", [.. "V"u8, 0xff, .. "\"x\n"u8]);

        Assert.Contains(
            "node_hwmon_sensor_label{chip=\"chip\",sensor=\"in1\",label=\"V\uFFFD\\\"x\"} 1", BareMachine.Samples(new HardwareMonitorCollector(machine.Options)));
    }

    [Fact]
    public void Machine_without_chips_has_nothing()
    {
        using var machine = new BareMachine();
        var collector = new HardwareMonitorCollector(machine.Options);

        Assert.Empty(BareMachine.Samples(collector));
        Assert.NotNull(collector.Absence);
    }

    [Theory]
    [InlineData("temp1_input", "temp", "temp1", "input")]
    [InlineData("temp12_crit_alarm", "temp", "temp12", "crit_alarm")]
    [InlineData("pwm1", "pwm", "pwm1", "")]
    [InlineData("pwm1_auto_point1_temp", "pwm", "pwm1", "auto_point1_temp")]
    [InlineData("update_interval", "update_interval", "update_interval0", "")]
    [InlineData("in_5v_input", "in", "in0", "5v_input")]
    [InlineData("temp007_input", "temp", "temp7", "input")]
    public void File_of_a_sensor_is_taken_apart(string file, string type, string name, string element)
    {
        Assert.True(HardwareMonitorSensor.TryFile(file, out var actualType, out var actualName, out var actualElement));
        Assert.Equal((type, name, element), (actualType, actualName, actualElement));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("_1")]
    [InlineData("name")]
    [InlineData("uevent")]
    [InlineData("pwm_mode")]
    [InlineData("temp1x")]
    [InlineData("temp1_")]
    [InlineData("temp99999999999999999999_input")]
    public void Other_files_are_none(string file) => Assert.False(HardwareMonitorSensor.TryFile(file, out _, out _, out _));

    [Theory]
    [InlineData("Bat-0 (x)\n", "bat_0__x")]
    [InlineData("__", "")]
    [InlineData("ÄB:1", "b:1")]
    public void Names_are_cleaned(string text, string expected) => Assert.Equal(expected, HardwareMonitorCollector.Clean(text));
}

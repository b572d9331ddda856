using Touchline.Collectors.Host.Reading;

namespace Touchline.Collectors.Tests.Host.Reading;

public sealed class RealPathTests
{
    [Fact]
    public void Links_on_the_way_and_at_the_end_are_followed()
    {
        using var machine = new BareMachine();
        machine.Write("sys/devices/bus/chip/name", "x");
        machine.Link("sys/class/hwmon/hwmon0", "../../devices/bus/chip");
        machine.Link("sys/short", "class");

        Assert.EndsWith("/sys/devices/bus/chip/name", RealPath.Of(machine.At("sys/short/hwmon/hwmon0/name")), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_there_and_what_goes_in_a_circle_has_no_path()
    {
        using var machine = new BareMachine();
        machine.Link("sys/a", "b");
        machine.Link("sys/b", "a");
        machine.Link("sys/nowhere", "../../no/such/thing");

        Assert.Null(RealPath.Of(machine.At("sys/a")));
        Assert.Null(RealPath.Of(machine.At("sys/nowhere")));
        Assert.Null(RealPath.Of(machine.At("sys/missing")));
    }
}

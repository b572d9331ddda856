using Touchline.Collectors.Host.Hardware;

namespace Touchline.Collectors.Tests.Host.Hardware;

public sealed class PciNamesTests
{
    [Fact]
    public void Names_are_found_as_deep_as_the_list_goes()
    {
        using var machine = new BareMachine();
        machine.Write("pci.ids", "# x\n1987  Phison\n\t5013  PS5013\n\t\t17aa 5095  Drive\nC 01  Mass storage\n\t08  Non-volatile\n\t\t02  NVM Express\n");

        var names = PciNames.Read(machine.At("pci.ids"));

        Assert.Equal("Phison", names.Vendor("1987"));
        Assert.Equal("PS5013", names.Device("1987", "5013"));
        Assert.Equal("Drive", names.Subsystem("1987", "5013", "17aa", "5095"));
        Assert.Equal("NVM Express", names.Class("010802"));
        Assert.Equal("Non-volatile", names.Class("010899"));
        Assert.Equal("Mass storage", names.Class("019999"));
    }

    [Fact]
    public void What_is_not_in_the_list_is_called_by_its_number()
    {
        var names = PciNames.Read("/no/such/list");

        Assert.Equal("1987", names.Vendor("1987"));
        Assert.Equal("5013", names.Device("1987", "5013"));
        Assert.Equal("5095", names.Subsystem("1987", "5013", "17aa", "5095"));
        Assert.Equal("Unknown class (010802)", names.Class("010802"));
    }

    [Theory]
    [InlineData("0000:04:00")]
    [InlineData("0000:04:00.x")]
    [InlineData("")]
    public void Address_that_is_none_is_refused(string text) => Assert.Throws<FormatException>(() => PciAddress.Parse(text));
}

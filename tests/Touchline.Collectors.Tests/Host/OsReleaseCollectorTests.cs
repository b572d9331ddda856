using Touchline.Collectors.Host;

namespace Touchline.Collectors.Tests.Host;

public sealed class OsReleaseCollectorTests
{
    [Theory]
    [InlineData("ID=debian", "debian")]
    [InlineData("ID=\"debian\"", "debian")]
    [InlineData("ID='a \"b\" \\c'", "a \"b\" \\c")]
    [InlineData("ID=\"a \\\"b\\\" \\$c \\\\\"", "a \"b\" $c \\")]
    [InlineData("  ID=x  ", "x")]
    [InlineData("ID=", "")]
    [InlineData("# ID=y\nID=x", "x")]
    public void Value_is_read_as_a_shell_does(string text, string expected) =>
        Assert.Equal(expected, OsReleaseCollector.Parse(text.Split('\n'), "os-release")["ID"]);

    [Fact]
    public void Line_that_assigns_nothing_is_refused_with_its_file() =>
        Assert.StartsWith(
            "os-release: ", Assert.Throws<FormatException>(() => OsReleaseCollector.Parse(["nonsense"], "os-release")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("20.04.2", "20.04")]
    [InlineData("12", "12")]
    [InlineData("15.", "15")]
    [InlineData("rolling", null)]
    [InlineData("0", null)]
    [InlineData(".5", null)]
    public void Version_is_the_number_at_the_beginning(string version, string? expected)
    {
        using var machine = new BareMachine();
        machine.Write("root/usr/lib/os-release", $"ID=x\nVERSION_ID={version}\n");

        var line = BareMachine.Samples(new OsReleaseCollector(machine.Options)).SingleOrDefault(line => line.StartsWith("node_os_version", StringComparison.Ordinal));

        Assert.Equal(expected is null ? null : $"node_os_version{{id=\"x\",id_like=\"\",name=\"\"}} {double.Parse(expected, System.Globalization.CultureInfo.InvariantCulture)}", line);
    }

    [Fact]
    public void End_of_support_that_is_no_date_fails_the_collector()
    {
        using var machine = new BareMachine();
        machine.Write("root/etc/os-release", "SUPPORT_END=soon\n");

        Assert.Throws<FormatException>(() => BareMachine.Samples(new OsReleaseCollector(machine.Options)));
    }
}

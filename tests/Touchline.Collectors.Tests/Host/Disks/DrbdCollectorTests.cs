using Touchline.Collectors.Host.Disks;

namespace Touchline.Collectors.Tests.Host.Disks;

public sealed class DrbdCollectorTests
{
    [Theory]
    [InlineData(" 0: cs:Connected ns:many\n", "ns is a number, and not 'many'")]
    [InlineData(" 0: ro:Primary\n", "ro is of both sides")]
    public void Nonsense_is_named(string text, string problem)
    {
        using var machine = new BareMachine();
        machine.Write("proc/drbd", text);

        Assert.Contains(problem, Assert.Throws<FormatException>(() => BareMachine.Samples(new DrbdCollector(machine.Options))).Message, StringComparison.Ordinal);
    }
}

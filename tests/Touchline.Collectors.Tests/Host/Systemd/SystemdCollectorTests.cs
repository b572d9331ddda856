using System.Net.Sockets;
using Touchline.Collectors.Host.Systemd;

namespace Touchline.Collectors.Tests.Host.Systemd;

/// <summary>Buses that are no help. What a bus that answers says is compared with the real node_exporter, in the differential tests.</summary>
public sealed class SystemdCollectorTests
{
    [Fact]
    public void Bus_that_is_not_there_fails_the_collector()
    {
        using var machine = new BareMachine();

        var problem = Record.Exception(() => BareMachine.Samples(Collector(machine)));

        Assert.NotNull(problem);
        Assert.NotEmpty(problem.Message);
    }

    [Fact]
    public void Bus_that_does_not_answer_is_given_up()
    {
        using var machine = new BareMachine();
        using var bus = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        bus.Bind(new UnixDomainSocketEndPoint(machine.At("bus")));
        bus.Listen();

        var problem = Assert.Throws<IOException>(() => BareMachine.Samples(Collector(machine)));

        Assert.Equal("the system bus does not answer", problem.Message);
    }

    private static SystemdCollector Collector(BareMachine machine) => new(machine.Options with { SystemBusAddress = $"unix:path={machine.At("bus")}" });
}

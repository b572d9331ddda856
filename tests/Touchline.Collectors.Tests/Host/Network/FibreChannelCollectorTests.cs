using Touchline.Collectors.Host.Network;

namespace Touchline.Collectors.Tests.Host.Network;

public sealed class FibreChannelCollectorTests
{
    [Fact]
    public void Counters_that_an_adapter_has_not_are_left_out()
    {
        using var machine = new BareMachine();
        machine.Write("sys/class/fc_host/host0/statistics/rx_frames", "0x3\n");
        machine.Write("sys/class/fc_host/host0/statistics/tx_frames", "0xffffffffffffffff\n");

        Assert.Equal(
            ["node_fibrechannel_rx_frames_total{fc_host=\"host0\"} 3"],
            BareMachine.Samples(new FibreChannelCollector(machine.Options)).Where(line => !line.StartsWith("node_fibrechannel_info", StringComparison.Ordinal)));
    }
}

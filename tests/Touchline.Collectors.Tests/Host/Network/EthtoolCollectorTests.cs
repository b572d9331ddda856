using Touchline.Collectors.Host.Network;

namespace Touchline.Collectors.Tests.Host.Network;

public sealed class EthtoolCollectorTests
{
    [Theory]
    [InlineData("rx_queue_0_bytes", "node_ethtool_received_queue_0_bytes")]
    [InlineData("tx_tx_timeouts", "node_ethtool_transmitted_tx_timeouts")]
    [InlineData("port.rx", "node_ethtool_port.rx")]
    [InlineData("_Total_RX", "node_ethtool_total_received")]
    [InlineData("rx0_drops", "node_ethtool_rx0_drops")]
    public void Direction_is_written_out_where_it_stands_alone(string counter, string expected) => Assert.Equal(expected, EthtoolCollector.FamilyName(counter));

    [Fact]
    public void Interface_that_is_none_is_left_out()
    {
        using var machine = new BareMachine();
        Directory.CreateDirectory(machine.At("sys/class/net/no-such-device0"));
        Directory.CreateDirectory(machine.At("sys/class/net/a-name-that-no-interface-can-have"));

        Assert.Empty(BareMachine.Samples(new EthtoolCollector(machine.Options)));
    }
}

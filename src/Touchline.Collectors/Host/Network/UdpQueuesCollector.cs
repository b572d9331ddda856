using Touchline.Collectors.Host.Reading;
using Touchline.Model;

namespace Touchline.Collectors.Host.Network;

/// <summary>Bytes that wait in the queues of all UDP sockets, from /proc/net/udp and udp6.</summary>
internal sealed class UdpQueuesCollector(HostOptions options) : NodeCollector("udp_queues")
{
    private const int QueuesColumn = 4;

    private readonly LineReader _reader = new();
    private readonly string _path = Path.Combine(options.ProcPath, "net/udp");
    private readonly string _path6 = Path.Combine(options.ProcPath, "net/udp6");
    private ulong _sent;
    private ulong _received;

    public override void Collect(IMetricWriter writer)
    {
        writer.Family("node_udp_queues", MetricType.Gauge, "Number of allocated memory in the kernel for UDP datagrams in bytes.");
        // Not there where this version of the protocol is switched off.
        var any = Write(writer, _path, "v4");
        any |= Write(writer, _path6, "v6");
        if (!any)
        {
            NothingHere("there is neither udp nor udp6");
        }
    }

    private bool Write(IMetricWriter writer, string path, string version)
    {
        (_sent, _received) = (0, 0);
        if (!_reader.TryRead(path, Take))
        {
            return false;
        }
        writer.Sample(_sent, "queue", "tx", "ip", version);
        writer.Sample(_received, "queue", "rx", "ip", version);
        return true;
    }

    private void Take(ReadOnlySpan<byte> line)
    {
        var fields = new ByteText(line);
        ReadOnlySpan<byte> queues = default;
        for (var i = 0; i <= QueuesColumn; i++)
        {
            fields.TryField(out queues);
        }
        // The heading has "tx_queue" and "rx_queue" in columns of their own, without a colon.
        if (queues.IndexOf((byte)':') is var colon and > 0)
        {
            _sent += ByteText.Hexadecimal(queues[..colon]);
            _received += ByteText.Hexadecimal(queues[(colon + 1)..]);
        }
    }
}

using System.Buffers.Binary;
using Touchline.Model;

namespace Touchline.Collectors.Host.Network;

/// <summary>TCP connections by state, and bytes in their queues, as sock_diag(7) lists them.</summary>
internal sealed class TcpStatCollector(HostOptions options) : NodeCollector("tcpstat")
{
    private const ushort ByFamily = 20;
    private const byte Tcp = 6;
    private const byte Version4 = 2;
    private const byte Version6 = 10;
    private const int RequestBytes = 56;
    private const uint AllStates = 0xfff;

    // Within a message: the state, and the lengths of both queues.
    private const int StateAt = 1;
    private const int ReceiveQueueAt = 56;
    private const int SendQueueAt = 60;

    /// <summary>By the kernel's number.</summary>
    private static readonly string[] States =
    [
        "unknown", "established", "syn_sent", "syn_recv", "fin_wait1", "fin_wait2", "time_wait", "close", "close_wait", "last_ack", "listen", "closing",
    ];

    private readonly Netlink _netlink = new(Netlink.SocketDiagnostics);
    private readonly string _path6 = Path.Combine(options.ProcPath, "net/tcp6");
    private readonly int[] _connections = new int[States.Length];
    private ulong _received;
    private ulong _sent;

    public override void Collect(IMetricWriter writer)
    {
        Array.Clear(_connections);
        (_received, _sent) = (0, 0);
        Ask(Version4);
        if (File.Exists(_path6))
        {
            Ask(Version6);
        }
        writer.Family("node_tcp_connection_states", MetricType.Gauge, "Number of connection states.");
        for (var state = 0; state < States.Length; state++)
        {
            if (_connections[state] > 0)
            {
                writer.Sample(_connections[state], "state", States[state]);
            }
        }
        writer.Sample(_received, "state", "rx_queued_bytes");
        writer.Sample(_sent, "state", "tx_queued_bytes");
    }

    private void Ask(byte family)
    {
        Span<byte> request = stackalloc byte[RequestBytes];
        request.Clear();
        request[0] = family;
        request[1] = Tcp;
        BinaryPrimitives.WriteUInt32LittleEndian(request[4..], AllStates);
        _netlink.Dump(ByFamily, request, Take);
    }

    private void Take(ReadOnlySpan<byte> message)
    {
        if (message.Length < SendQueueAt + sizeof(uint))
        {
            return;
        }
        _connections[message[StateAt] < States.Length ? message[StateAt] : 0]++;
        _received += BinaryPrimitives.ReadUInt32LittleEndian(message[ReceiveQueueAt..]);
        _sent += BinaryPrimitives.ReadUInt32LittleEndian(message[SendQueueAt..]);
    }
}

using Touchline.Collectors.Containers.Cgroups;
using Touchline.Collectors.Host.Reading;

namespace Touchline.Collectors.Containers;

/// <summary>
/// Connections and sockets of a container's network by their state. Their files have a line for each, which the kernel looks for anew
/// every time: it costs a millisecond for some thousand, so nobody has it who did not ask for it. Not thread-safe.
/// </summary>
internal sealed class ConnectionReader(string procPath)
{
    /// <summary>As include/net/tcp_states.h of the kernel counts them, from 1 on.</summary>
    private static readonly string[][] TcpStates =
    [
        .. new[] { "established", "synsent", "synrecv", "finwait1", "finwait2", "timewait", "close", "closewait", "lastack", "listen", "closing" }
            .Select(state => new[] { "tcp_state", state }),
    ];

    private static readonly string[] Listen = ["udp_state", "listen"];
    private static readonly string[] Dropped = ["udp_state", "dropped"];
    private static readonly string[] ReceiveQueued = ["udp_state", "rxqueued"];
    private static readonly string[] TransmitQueued = ["udp_state", "txqueued"];

    private readonly LineReader _lines = new();
    private readonly double[] _counts = new double[TcpStates.Length];
    private UdpSums _udp;

    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="FormatException">A line is none.</exception>
    public void ReadTcp(Cgroup group, string process)
    {
        ReadTcp(group, LabelledMetric.NetworkTcp, $"{procPath}/{process}/net/tcp");
        ReadTcp(group, LabelledMetric.NetworkTcp6, $"{procPath}/{process}/net/tcp6");
    }

    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="FormatException">A line is none.</exception>
    public void ReadUdp(Cgroup group, string process)
    {
        ReadUdp(group, LabelledMetric.NetworkUdp, $"{procPath}/{process}/net/udp");
        ReadUdp(group, LabelledMetric.NetworkUdp6, $"{procPath}/{process}/net/udp6");
    }

    private void ReadTcp(Cgroup group, LabelledMetric metric, string path)
    {
        Array.Clear(_counts);
        if (_lines.TryRead(path, CountTcp))
        {
            for (var i = 0; i < _counts.Length; i++)
            {
                group.Add(metric, TcpStates[i], _counts[i]);
            }
        }
    }

    private void ReadUdp(Cgroup group, LabelledMetric metric, string path)
    {
        _udp = default;
        if (_lines.TryRead(path, CountUdp))
        {
            group.Add(metric, Listen, _udp.Sockets);
            group.Add(metric, Dropped, _udp.Dropped);
            group.Add(metric, ReceiveQueued, _udp.ReceiveQueued);
            group.Add(metric, TransmitQueued, _udp.TransmitQueued);
        }
    }

    /// <summary>proc(5): number, local and remote address, state in hexadecimal digits, …</summary>
    private void CountTcp(ReadOnlySpan<byte> line)
    {
        if (TryFieldsOf(line, out var fields) && fields.TryField(out var text) && ByteText.Hexadecimal(text) is >= 1 and var state && state <= (ulong)_counts.Length)
        {
            _counts[state - 1]++;
        }
    }

    /// <summary>… state, both queues in hexadecimal digits, and further on as the last field how many packets were dropped.</summary>
    private void CountUdp(ReadOnlySpan<byte> line)
    {
        if (!TryFieldsOf(line, out var fields) || !fields.TryField(out _) || !fields.TryField(out var queues) || queues.IndexOf((byte)':') is not (> 0 and var colon))
        {
            return;
        }
        _udp.Sockets++;
        _udp.TransmitQueued += ByteText.Hexadecimal(queues[..colon]);
        _udp.ReceiveQueued += ByteText.Hexadecimal(queues[(colon + 1)..]);
        var last = queues;
        while (fields.TryField(out var field))
        {
            last = field;
        }
        _udp.Dropped += ByteText.Number(last);
    }

    /// <summary>Stands before the state; false for the heading.</summary>
    private static bool TryFieldsOf(ReadOnlySpan<byte> line, out ByteText fields)
    {
        fields = new ByteText(line);
        return fields.TryField(out var number) && number[^1] == ':' && fields.TryField(out _) && fields.TryField(out _);
    }

    private struct UdpSums
    {
        public double Sockets;
        public double Dropped;
        public double ReceiveQueued;
        public double TransmitQueued;
    }
}

using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Touchline.Configuration.Probes;

namespace Touchline.Collectors.Probes;

/// <summary>Sends an echo request and waits for its reply: over a raw socket where the process may have one, over a ping socket where not.</summary>
internal sealed class IcmpProber(ProbeRun run)
{
    private const int LargestPacket = 65_535;
    private const int EchoHeaderBytes = 8;

    private static readonly byte[] Text = Encoding.ASCII.GetBytes("Touchline looks whether you are there");
    private static int _lastSequence = Environment.TickCount;

    private readonly IcmpProbeConfig _config = run.Module.Icmp;

    public async Task<bool> ProbeAsync()
    {
        var resolve = Phase("resolve");
        var setup = Phase("setup");
        var roundTrip = Phase("rtt");
        var (address, seconds) = await ProbeAddress.ChooseAsync(run, _config.Address, run.Target.Trim('[', ']')).ConfigureAwait(false);
        if (address is null)
        {
            return false;
        }
        resolve.Value += seconds;
        var started = run.Time.GetTimestamp();
        try
        {
            run.Log.Info("Creating socket");
            using var socket = Open(address, out var isRaw);
            setup.Value += run.Time.GetElapsedTime(started).TotalSeconds;
            return await ExchangeAsync(socket, isRaw, address, roundTrip).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            return run.Fail(e, e is OperationCanceledException ? "Timeout reading from socket" : "Error with the socket");
        }
    }

    private ProbeGauge Phase(string phase) => run.Metrics.Gauge("probe_icmp_duration_seconds", "Duration of icmp request by phase", "phase", phase);

    private Socket Open(IPAddress address, out bool isRaw)
    {
        var isIp4 = address.AddressFamily == AddressFamily.InterNetwork;
        var protocol = isIp4 ? ProtocolType.Icmp : ProtocolType.IcmpV6;
        Socket socket;
        try
        {
            socket = new Socket(address.AddressFamily, SocketType.Raw, protocol);
            isRaw = true;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AccessDenied or SocketError.OperationNotSupported)
        {
            run.Log.Info("No raw socket is allowed, trying one for pings", ("err", e.Message));
            socket = new Socket(address.AddressFamily, SocketType.Dgram, protocol);
            isRaw = false;
        }
        try
        {
            Prepare(socket, isIp4);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private void Prepare(Socket socket, bool isIp4)
    {
        if (_config.Address.Source is { } source)
        {
            socket.Bind(new IPEndPoint(IPAddress.Parse(source), 0));
        }
        socket.Ttl = (short)Math.Max(_config.Ttl, 1);
        if (isIp4 && _config.DontFragment)
        {
            socket.DontFragment = true;
        }
        HopLimit.Ask(socket, isIp4);
    }

    private async Task<bool> ExchangeAsync(Socket socket, bool isRaw, IPAddress address, ProbeGauge roundTrip)
    {
        var isIp4 = address.AddressFamily == AddressFamily.InterNetwork;
        var id = (ushort)Environment.ProcessId;
        var sequence = (ushort)Interlocked.Increment(ref _lastSequence);
        var packet = Packet(isIp4, id, sequence);
        var target = new IPEndPoint(address, 0);
        run.Log.Info("Writing out packet", ("seq", sequence), ("id", id));
        var sent = run.Time.GetTimestamp();
        await socket.SendToAsync(packet, target, run.Deadline).ConfigureAwait(false);
        var buffer = new byte[LargestPacket];
        while (true)
        {
            // Looked at first, and then taken by whoever can tell what came with it.
            var received = await socket.ReceiveFromAsync(buffer, SocketFlags.Peek, target, run.Deadline).ConfigureAwait(false);
            var hopLimit = await TakeAsync(socket, isIp4).ConfigureAwait(false);
            var message = buffer.AsSpan(0, received.ReceivedBytes);
            // A raw socket gives the header of IPv4 too, of which the lower half of the first byte is the length in words.
            var header = isRaw && isIp4 && message.Length > 0 ? (message[0] & 0x0f) * 4 : 0;
            if (!((IPEndPoint)received.RemoteEndPoint).Address.Equals(address) || message.Length < header || !IsReply(message[header..], packet, isIp4, isRaw))
            {
                continue;
            }
            roundTrip.Value += run.Time.GetElapsedTime(sent).TotalSeconds;
            if (hopLimit is { } limit)
            {
                run.Metrics.Gauge("probe_icmp_reply_hop_limit", "Replied packet hop limit (TTL for ipv4)").Value = limit;
            }
            run.Log.Info("Found matching reply packet");
            return true;
        }
    }

    private async ValueTask<int?> TakeAsync(Socket socket, bool isIp4)
    {
        if (OperatingSystem.IsLinux())
        {
            return HopLimit.Take(socket, isIp4);
        }
        await socket.ReceiveAsync(new byte[1], run.Deadline).ConfigureAwait(false);
        return null;
    }

    /// <summary>Source: RFC 792 and RFC 4443, echo.</summary>
    private byte[] Packet(bool isIp4, ushort id, ushort sequence)
    {
        var packet = new byte[EchoHeaderBytes + (_config.PayloadSize > 0 ? _config.PayloadSize : Text.Length)];
        packet[0] = (byte)(isIp4 ? 8 : 128);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), id);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(6), sequence);
        Text.AsSpan(0, Math.Min(Text.Length, packet.Length - EchoHeaderBytes)).CopyTo(packet.AsSpan(EchoHeaderBytes));
        if (isIp4)
        {
            // For IPv6 the kernel computes it, as it knows the addresses that belong to it.
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), Checksum(packet));
        }
        return packet;
    }

    private static ushort Checksum(ReadOnlySpan<byte> packet)
    {
        var sum = 0u;
        for (var i = 0; i < packet.Length; i += 2)
        {
            sum += (uint)(packet[i] << 8 | (i + 1 < packet.Length ? packet[i + 1] : 0));
        }
        while (sum >> 16 != 0)
        {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        return (ushort)~sum;
    }

    /// <summary>The kernel chooses the identifier of a ping socket, and gives it replies to its own requests only.</summary>
    private static bool IsReply(ReadOnlySpan<byte> message, ReadOnlySpan<byte> request, bool isIp4, bool isRaw) =>
        message.Length == request.Length && message[0] == (isIp4 ? 0 : 129) && message[1] == 0
        && (!isRaw || message.Slice(4, 2).SequenceEqual(request.Slice(4, 2))) && message[6..].SequenceEqual(request[6..]);
}

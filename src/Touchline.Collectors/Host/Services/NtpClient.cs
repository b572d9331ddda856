using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Touchline.Collectors.Host.Services;

/// <summary>Asks a time server once, blocking meanwhile: the host collector's threads are made for that.</summary>
/// <param name="server">Its name or address.</param>
/// <param name="port">Its port.</param>
/// <param name="version">The version of the protocol that is spoken.</param>
/// <param name="hops">How many hosts may lie between, as the datagram's time to live has it.</param>
/// <param name="time">Our clock.</param>
internal sealed class NtpClient(string server, int port, int version, short hops, TimeProvider time)
{
    // Below what the host collector grants, so that one that does not answer is named as such and leaves no thread behind.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(800);

    private const int UnsynchronizedLeap = 3;
    private const int ClientMode = 3;
    private const int CookieOffset = 40;

    /// <exception cref="IOException">It does not answer in time.</exception>
    /// <exception cref="SocketException">There is none.</exception>
    /// <exception cref="FormatException">It answers something else.</exception>
    public NtpAnswer Ask()
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            return AskAsync(patience.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            throw new IOException($"the time server {server} does not answer");
        }
    }

    private async Task<NtpAnswer> AskAsync(CancellationToken cancellationToken)
    {
        var address = IPAddress.TryParse(server, out var literal) ? literal : (await Dns.GetHostAddressesAsync(server, cancellationToken))[0];
        using var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            socket.Ttl = hops;
        }
        await socket.ConnectAsync(new IPEndPoint(address, port), cancellationToken);
        var datagram = new byte[512];
        // Instead of our time, which is nobody's business, and so that nobody who does not see the question can answer it.
        var cookie = BinaryPrimitives.ReadUInt64BigEndian(RandomNumberGenerator.GetBytes(sizeof(ulong)));
        datagram[0] = (byte)((UnsynchronizedLeap << 6) | (version << 3) | ClientMode);
        BinaryPrimitives.WriteUInt64BigEndian(datagram.AsSpan(CookieOffset), cookie);
        var (sent, started) = (time.GetUtcNow() - DateTimeOffset.UnixEpoch, time.GetTimestamp());
        await socket.SendAsync(datagram.AsMemory(0, NtpAnswer.Bytes), cancellationToken);
        var length = await socket.ReceiveAsync(datagram, cancellationToken);
        var arrived = sent + time.GetElapsedTime(started);
        return NtpAnswer.Read(datagram.AsSpan(0, length), cookie, Nanoseconds(sent), Nanoseconds(arrived));
    }

    private static long Nanoseconds(TimeSpan span) => span.Ticks * TimeSpan.NanosecondsPerTick;
}

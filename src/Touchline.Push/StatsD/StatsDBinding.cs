using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Touchline.Configuration;

namespace Touchline.Push.StatsD;

/// <summary>Makes the sockets that StatsD is taken at. What is not possible is said, and then there is none.</summary>
internal sealed class StatsDBinding(StatsDOptions options, ILogger logger)
{
    private const int WaitingConnections = 128;

    /// <param name="address">HOST:PORT; without a host every interface.</param>
    /// <param name="type">Datagrams, or connections, which are then listened for.</param>
    /// <param name="flag">Who wants it, for messages.</param>
    public Socket? TryBind(string address, SocketType type, string flag)
    {
        Socket? socket = null;
        try
        {
            var (host, port) = Parts(address);
            var ip = host.Length == 0 ? IPAddress.IPv6Any : IPAddress.TryParse(host, out var given) ? given : Dns.GetHostAddresses(host)[0];
            socket = new Socket(ip.AddressFamily, type, type == SocketType.Dgram ? ProtocolType.Udp : ProtocolType.Tcp);
            if (ip.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }
            // The kernel gives less where it is told to.
            socket.ReceiveBufferSize = type == SocketType.Dgram ? options.ReadBufferBytes : socket.ReceiveBufferSize;
            socket.Bind(new IPEndPoint(ip, port));
            if (type == SocketType.Stream)
            {
                socket.Listen(WaitingConnections);
            }
            if (!IPAddress.IsLoopback(ip))
            {
                logger.LogWarning("Whoever reaches {Flag}={Address} can write StatsD: it knows no passwords", flag, address);
            }
            return socket;
        }
        catch (Exception e) when (e is SocketException or FormatException or OverflowException or ArgumentException)
        {
            socket?.Dispose();
            logger.LogError("StatsD cannot be taken at {Flag}={Address}: {Reason}", flag, address, e.Message);
            return null;
        }
    }

    public Socket? TryBindUnix(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            MakeRoom(path);
            socket.ReceiveBufferSize = options.ReadBufferBytes;
            socket.Bind(new UnixDomainSocketEndPoint(path));
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, options.UnixgramMode);
            }
            return socket;
        }
        catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            socket.Dispose();
            logger.LogError("StatsD cannot be taken at --statsd.listen-unixgram={Path}: {Reason}", path, e.Message);
            return null;
        }
    }

    /// <summary>A socket that a killed process left behind keeps the name taken, and goes; anything else stays.</summary>
    /// <exception cref="IOException">There is something else.</exception>
    private static void MakeRoom(string path)
    {
        if (PlainFile.IsSocket(path) && !IsListenedOn(path))
        {
            File.Delete(path);
        }
        else if (Path.Exists(path))
        {
            throw new IOException(PlainFile.IsSocket(path) ? "somebody else listens there" : "there is something else already, which is no socket: name another path, or delete it");
        }
    }

    /// <exception cref="FormatException">The port is none.</exception>
    public static (string Host, int Port) Parts(string address)
    {
        var colon = address.LastIndexOf(':');
        return (colon < 0 ? "" : address[..colon].Trim('[', ']'), int.Parse(address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture));
    }

    private static bool IsListenedOn(string path)
    {
        using var probe = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode != SocketError.ConnectionRefused;
        }
    }
}

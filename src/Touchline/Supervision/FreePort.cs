using System.Net;
using System.Net.Sockets;

namespace Touchline.Supervision;

/// <summary>Finds a port of the loopback interface that nobody listens on.</summary>
internal static class FreePort
{
    /// <summary>The wanted one, or any where it is taken.</summary>
    public static int NearTo(int wanted) => TryBind(wanted) ?? TryBind(0) ?? wanted;

    private static int? TryBind(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return ((IPEndPoint)socket.LocalEndPoint!).Port;
        }
        catch (SocketException)
        {
            return null;
        }
    }
}

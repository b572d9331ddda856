using System.Net;
using System.Net.Sockets;

namespace Touchline.Shared;

/// <summary>Ports for programs that cannot choose one themselves and say which.</summary>
internal static class FreePort
{
    // Below those that Linux gives to whoever asks for any port, and to connections (32768 and more): of those, one that was found free may be
    // somebody's a moment later.
    private const int First = 10_000;

    // Processes that run at the same time have numbers close together, so that each has ports of its own.
    private const int Processes = 350;
    private const int PerProcess = 64;

    private static int _given;

    /// <summary>One that nobody listens on, and that is given to nobody else of this process for a good while.</summary>
    public static int Next()
    {
        using var held = Hold();
        return held.Port;
    }

    /// <summary>One that nobody listens on, nor can, until it is disposed: who connects to it is refused.</summary>
    public static HeldPort Hold()
    {
        for (var attempt = 0; attempt < PerProcess; attempt++)
        {
            var port = First + (Environment.ProcessId % Processes * PerProcess) + (int)((uint)Interlocked.Increment(ref _given) % PerProcess);
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return new HeldPort(socket, port);
            }
            catch (SocketException)
            {
                socket.Dispose();
            }
        }
        throw new InvalidOperationException($"of {PerProcess} ports none is free");
    }
}

/// <summary>A port that is bound and not listened on.</summary>
internal sealed class HeldPort(Socket socket, int port) : IDisposable
{
    public int Port => port;

    public void Dispose() => socket.Dispose();
}

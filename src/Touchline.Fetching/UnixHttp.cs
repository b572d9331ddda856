using System.Net;
using System.Net.Sockets;

namespace Touchline.Fetching;

/// <summary>HTTP over a socket of this machine.</summary>
public static class UnixHttp
{
    /// <summary>A handler whose connections all go to a socket, whatever the address says.</summary>
    public static SocketsHttpHandler Handler(string path) => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        MaxConnectionsPerServer = 4,
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
        ConnectCallback = (_, cancellationToken) => ConnectAsync(path, cancellationToken),
    };

    /// <exception cref="SocketException">There is no such socket, nobody listens, or it may not be written.</exception>
    internal static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

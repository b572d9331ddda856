using System.Net;
using System.Net.Sockets;

namespace Touchline.Fetching;

/// <summary>Connects to one of a host's addresses, chosen by chance, and to the others where that one does not take it.</summary>
internal static class SpreadConnection
{
    /// <summary>After it a connection is made anew, so that addresses that came later get their part.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    public static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellationToken).ConfigureAwait(false);
        Random.Shared.Shuffle(addresses);
        for (var i = 0; ; i++)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(addresses[i], context.DnsEndPoint.Port, cancellationToken).ConfigureAwait(false);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException) when (i < addresses.Length - 1)
            {
                socket.Dispose();
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }
}

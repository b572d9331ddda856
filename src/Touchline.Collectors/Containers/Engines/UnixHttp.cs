using System.Net;
using System.Net.Sockets;

namespace Touchline.Collectors.Containers.Engines;

/// <summary>HTTP over a socket of this machine.</summary>
internal static class UnixHttp
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
        ConnectCallback = async (_, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    };

    /// <summary>The whole body.</summary>
    /// <exception cref="EngineException">It is longer than allowed, or cut off.</exception>
    public static async Task<byte[]> ReadBoundedAsync(HttpContent content, int most, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        using var whole = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        try
        {
            while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
            {
                if (whole.Length + read > most)
                {
                    throw new EngineException($"an answer is longer than {most / 1024} KiB");
                }
                whole.Write(buffer, 0, read);
            }
        }
        catch (IOException e)
        {
            throw new EngineException($"an answer is cut off: {e.Message}", e);
        }
        return whole.ToArray();
    }
}

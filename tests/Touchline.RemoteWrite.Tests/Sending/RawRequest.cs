using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Touchline.RemoteWrite.Tests.Sending;

/// <summary>Takes a request as bytes, where no server would answer as a test wants.</summary>
internal static class RawRequest
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Waits for the next connection, reads its request, answers and closes. Passes over who connects and asks nothing, or goes away.</summary>
    public static async Task AnswerNextAsync(TcpListener listener, string answer)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            using var client = await listener.AcceptTcpClientAsync(patience.Token);
            var request = new byte[64 * 1024];
            var read = 0;
            // The body is behind the headers: closed before it is read, the connection would be reset and the answer lost.
            while (!IsWhole(request.AsSpan(0, read)))
            {
                var more = await client.GetStream().ReadAsync(request.AsMemory(read), patience.Token);
                if (more == 0)
                {
                    return;
                }
                read += more;
            }
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(answer), patience.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            return;
        }
    }

    private static bool IsWhole(ReadOnlySpan<byte> request)
    {
        var end = request.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return false;
        }
        var length = Encoding.ASCII.GetString(request[..end]).Split("\r\n").First(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
        return request.Length >= end + 4 + int.Parse(length.Split(':')[1], CultureInfo.InvariantCulture);
    }
}

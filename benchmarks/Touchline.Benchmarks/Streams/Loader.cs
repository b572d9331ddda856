using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using Touchline.Benchmarks.Servers;

namespace Touchline.Benchmarks.Streams;

/// <summary>Sends bodies one after the other over one connection; a body is sent once the one before is acknowledged.</summary>
internal static class Loader
{
    private const int Attempts = 200;

    /// <summary>Answers how long it took, and how often the server asked for patience.</summary>
    /// <exception cref="InvalidOperationException">The server refused a body for good.</exception>
    public static async Task<(TimeSpan Elapsed, int Retries)> SendAsync(Server server, IEnumerable<ReadOnlyMemory<byte>> bodies)
    {
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 1 }) { Timeout = TimeSpan.FromMinutes(2) };
        var clock = Stopwatch.StartNew();
        var retries = 0;
        foreach (var body in bodies)
        {
            for (var attempt = 0; ; attempt++)
            {
                using var content = new ReadOnlyMemoryContent(body);
                content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
                content.Headers.ContentEncoding.Add("snappy");
                using var request = new HttpRequestMessage(HttpMethod.Post, server.Address + "/api/v1/write") { Content = content };
                request.Headers.Add("X-Prometheus-Remote-Write-Version", "0.1.0");
                using var answer = await http.SendAsync(request);
                if (answer.IsSuccessStatusCode)
                {
                    break;
                }
                var busy = answer.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable;
                if (!busy || attempt == Attempts)
                {
                    throw new InvalidOperationException($"{server.Name} answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
                }
                retries++;
                await Task.Delay(50);
            }
        }
        return (clock.Elapsed, retries);
    }
}

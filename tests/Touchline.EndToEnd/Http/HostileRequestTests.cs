using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Touchline.EndToEnd.Http;

public sealed class HostileRequestTests
{
    [Fact]
    public async Task Whatever_is_sent_gets_an_answer_and_nothing_is_lost()
    {
        using var folder = new TemporaryFolder();
        await using var touchline = await TouchlineProcess.StartAsync(folder.Path, "--collector.interval=200ms");
        await Patience.UntilAsync("some samples", async () => (await touchline.SamplesAsync("node_load1[1h]")).Count > 3);
        var before = await touchline.SamplesAsync("node_load1[1h]");

        // Lines that are no HTTP, a line without an end, a header without an end.
        Assert.StartsWith("HTTP/1.1 400", await SendAsync(touchline, "nonsense\r\n\r\n"));
        Assert.StartsWith("HTTP/1.1 414", await SendAsync(touchline, "GET /" + new string('a', 400_000) + " HTTP/1.1\r\n\r\n"));
        Assert.StartsWith("HTTP/1.1 431", await SendAsync(touchline, "GET / HTTP/1.1\r\nHost: x\r\nX: " + new string('a', 100_000) + "\r\n\r\n"));
        Assert.StartsWith("HTTP/1.1 413", await SendAsync(touchline, "POST /api/v1/query HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 67108864\r\n\r\n"));
        Assert.StartsWith("HTTP/1.1 405", await SendAsync(touchline, "BREW /api/v1/query HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));

        // Queries that are wrong, that ask for too much, or that would backtrack.
        Assert.Equal(400, await StatusAsync(touchline, "query?query=sum("));
        Assert.Equal(400, await StatusAsync(touchline, "query?query=sum(1)"));
        Assert.Equal(400, await StatusAsync(touchline, "query_range?query=up&start=0&end=1000000000&step=1"));
        Assert.Equal(400, await StatusAsync(touchline, "query_range?query=up&start=5&end=4&step=1"));
        Assert.Equal(200, await StatusAsync(touchline, $"query?query={Uri.EscapeDataString("{__name__=~\"(a+)+(b+)+c\"}")}"));
        Assert.Equal(400, await StatusAsync(touchline, $"query?query={Uri.EscapeDataString("{__name__=~\"(?=a)b\"}")}"));
        Assert.Equal(400, await StatusAsync(touchline, $"query?query={new string('(', 10_000)}"));
        Assert.Equal(404, await StatusAsync(touchline, "%2e%2e/%2e%2e/etc/passwd"));
        Assert.InRange(await StatusAsync(touchline, $"query?query={Uri.EscapeDataString("sum_over_time(vector(1)[10y:1ms])")}&timeout=1s"), 422, 503);

        var after = await touchline.SamplesAsync("node_load1[1h]");
        Assert.All(before, sample => Assert.Equal(sample.Value, after[sample.Key]));
        Assert.DoesNotContain("level=ERROR", touchline.Errors);
    }

    private static async Task<int> StatusAsync(TouchlineProcess touchline, string path)
    {
        using var response = await touchline.Client.GetAsync(new Uri("/api/v1/" + path, UriKind.Relative));
        if (response.StatusCode != HttpStatusCode.NotFound)
        {
            Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        }
        return (int)response.StatusCode;
    }

    private static async Task<string> SendAsync(TouchlineProcess touchline, string request)
    {
        using var client = new TcpClient(touchline.Client.BaseAddress!.Host, touchline.Client.BaseAddress.Port);
        var stream = client.GetStream();
        try
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
        }
        catch (IOException)
        {
            // It may have answered and closed before it read all of it.
        }
        var answer = new byte[4096];
        var length = await stream.ReadAsync(answer);
        return Encoding.ASCII.GetString(answer, 0, length);
    }
}

using System.Net.Sockets;
using System.Text;

namespace Touchline.EndToEnd.Lifetime;

public sealed class StartTests
{
    private const int SigInt = 2;

    [Fact]
    public async Task In_an_empty_directory_host_and_self_are_watched_within_ten_seconds()
    {
        using var folder = new TemporaryFolder();
        await using var touchline = await TouchlineProcess.StartAsync(folder.Path);
        var listening = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;
        // Asked at a moment and not until a moment, so that a slow machine does not make a difference.
        await Task.Delay(TimeSpan.FromSeconds(10.5));
        foreach (var query in new[]
        {
            "sum(rate(node_cpu_seconds_total[1m]))", "node_memory_MemAvailable_bytes", "sum(node_filesystem_size_bytes)", "sum(rate(node_network_receive_bytes_total[1m]))",
            "node_load1", "prometheus_tsdb_head_series", "rate(prometheus_tsdb_head_samples_appended_total[1m])", "process_resident_memory_bytes",
            "up{job=\"node\"}", "up{job=\"touchline\"}",
        })
        {
            Assert.True((await touchline.ValuesAsync(query, listening + 10)).Count == 1, $"{query} has no answer");
        }
        Assert.Contains("Overview", await touchline.GetAsync("/"));
        Assert.Single(touchline.Output.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Data_are_there_after_a_restart()
    {
        using var folder = new TemporaryFolder();
        SortedDictionary<long, double> before;
        await using (var first = await TouchlineProcess.StartAsync(folder.Path, "--collector.interval=200ms"))
        {
            await Patience.UntilAsync("some samples", async () => (await first.SamplesAsync("node_load1[1h]")).Count > 5);
            before = await first.SamplesAsync("node_load1[1h]");
            first.Terminate();
            Assert.Equal(0, await first.WaitAsync());
        }
        await using var second = await TouchlineProcess.StartAsync(folder.Path, "--collector.interval=200ms");
        var after = await second.SamplesAsync("node_load1[1h]");
        Assert.All(before, sample => Assert.Equal(sample.Value, after[sample.Key]));
    }

    [Theory]
    [InlineData(15)]
    [InlineData(SigInt)]
    public async Task A_signal_stops_it_with_pages_and_connections_open(int signal)
    {
        using var folder = new TemporaryFolder();
        await using var touchline = await TouchlineProcess.StartAsync(folder.Path);
        var address = touchline.Client.BaseAddress!;
        using var idle = new TcpClient(address.Host, address.Port);
        using var page = new TcpClient(address.Host, address.Port);
        // The connection of an open page: a web socket that nobody closes.
        await page.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"GET /_blazor HTTP/1.1\r\nHost: {address.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {Convert.ToBase64String(new byte[16])}\r\n\r\n"));
        var answer = new byte[1024];
        var length = await page.GetStream().ReadAsync(answer);
        Assert.StartsWith("HTTP/1.1 101", Encoding.ASCII.GetString(answer, 0, length));
        touchline.Signal(signal);
        Assert.Equal(0, await touchline.WaitAsync());
        Assert.Contains("all data on disk", touchline.Errors);
        // The server measures itself, so that the load of the machine on the test does not count.
        var milliseconds = int.Parse(System.Text.RegularExpressions.Regex.Match(touchline.Errors, "Stopped in ([0-9]+) ms").Groups[1].Value);
        Assert.InRange(milliseconds, 0, 5000);
    }

    [Fact]
    public async Task A_directory_in_use_is_told_in_one_line_and_stays_with_its_owner()
    {
        using var folder = new TemporaryFolder();
        await using var first = await TouchlineProcess.StartAsync(folder.Path);
        var (code, _, errors) = await TouchlineProcess.RunAsync(folder.Path, "--web.listen-address=127.0.0.1:0");
        Assert.NotEqual(0, code);
        Assert.Single(errors.TrimEnd().Split('\n'));
        Assert.Contains(Path.Combine(folder.Path, "data"), errors);
        Assert.Contains("another process", errors);
        Assert.NotEmpty(await first.GetAsync("/-/ready"));
    }

    [Fact]
    public async Task A_port_in_use_is_told_in_one_line()
    {
        using var folder = new TemporaryFolder();
        using var other = new TemporaryFolder();
        await using var first = await TouchlineProcess.StartAsync(folder.Path);
        var (code, _, errors) = await TouchlineProcess.RunAsync(other.Path, $"--web.listen-address=127.0.0.1:{first.Client.BaseAddress!.Port}");
        Assert.NotEqual(0, code);
        Assert.Single(errors.TrimEnd().Split('\n'));
        Assert.Contains("already in use", errors);
    }

    [Fact]
    public async Task A_directory_that_cannot_be_written_is_told_in_one_line()
    {
        using var folder = new TemporaryFolder();
        var (code, _, errors) = await TouchlineProcess.RunAsync(folder.Path, "--web.listen-address=127.0.0.1:0", "--storage.tsdb.path=/proc/touchline");
        Assert.NotEqual(0, code);
        Assert.Single(errors.TrimEnd().Split('\n'));
        Assert.Contains("/proc/touchline", errors);
    }
}

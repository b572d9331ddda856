using System.Globalization;
using Touchline.Options;
using Touchline.Tests.Hosting;

namespace Touchline.Tests.Api;

public sealed class RemoteWriteEndpointTests
{
    private static readonly Uri Path = new("/api/v1/write", UriKind.Relative);

    [Fact]
    public async Task A_written_sample_can_be_asked_for_and_version_two_says_how_many_were_written()
    {
        await using var server = await RunningServer.StartAsync(new ServerOptions { EnableRemoteWriteReceiver = true });
        using var response = await SendAsync(server, Body(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()), "application/x-protobuf;proto=io.prometheus.write.v2.Request");
        Assert.Equal(204, (int)response.StatusCode);
        Assert.Equal("1", response.Headers.GetValues("X-Prometheus-Remote-Write-Samples-Written").Single());
        Assert.Equal("0", response.Headers.GetValues("X-Prometheus-Remote-Write-Histograms-Written").Single());
        Assert.Equal("0", response.Headers.GetValues("X-Prometheus-Remote-Write-Exemplars-Written").Single());
        Assert.Contains("\"__name__\":\"m\"", await server.Client.GetStringAsync(new Uri("/api/v1/query?query=m", UriKind.Relative)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bodies_that_say_nothing_of_their_length_are_read_to_their_end()
    {
        await using var server = await RunningServer.StartAsync(new ServerOptions { EnableRemoteWriteReceiver = true });
        using var content = new StreamContent(new MemoryStream(Body(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds())));
        content.Headers.TryAddWithoutValidation("Content-Type", "application/x-protobuf;proto=io.prometheus.write.v2.Request");
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = content };
        request.Headers.TransferEncodingChunked = true;
        using var response = await server.Client.SendAsync(request);
        Assert.Equal(204, (int)response.StatusCode);
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused_before_it_is_read()
    {
        await using var server = await RunningServer.StartAsync(new ServerOptions { EnableRemoteWriteReceiver = true });
        using var content = new ByteArrayContent(new byte[(32 * 1024 * 1024) + 1]);
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = content };
        // The client asks first, or it would still be sending when the answer is there.
        request.Headers.ExpectContinue = true;
        using var response = await server.Client.SendAsync(request);
        Assert.Equal(413, (int)response.StatusCode);
        Assert.Contains("at most 33554432 bytes", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_is_closed_makes_the_sender_come_again()
    {
        await using var server = await RunningServer.StartAsync(new ServerOptions { EnableRemoteWriteReceiver = true });
        server.Store.Dispose();
        using var response = await SendAsync(server, Body(1000), "application/x-protobuf;proto=io.prometheus.write.v2.Request");
        Assert.Equal(503, (int)response.StatusCode);
        Assert.Equal("5", response.Headers.GetValues("Retry-After").Single());
    }

    [Fact]
    public async Task A_series_that_cannot_be_stored_is_named()
    {
        await using var server = await RunningServer.StartAsync(new ServerOptions { EnableRemoteWriteReceiver = true });
        var ahead = DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeMilliseconds();
        using var response = await SendAsync(server, Body(ahead), "application/x-protobuf;proto=io.prometheus.write.v2.Request");
        Assert.Equal(400, (int)response.StatusCode);
        Assert.Equal(
            string.Create(CultureInfo.InvariantCulture, $"1 samples of the message were not stored: out of bounds: too far in the future (1, first m at {ahead})\n"),
            await response.Content.ReadAsStringAsync());
        Assert.Equal("0", response.Headers.GetValues("X-Prometheus-Remote-Write-Samples-Written").Single());
    }

    [Fact]
    public async Task What_the_receiver_took_and_refused_is_in_the_own_metrics()
    {
        await using var server = await RunningServer.StartAsync(new ServerOptions { EnableRemoteWriteReceiver = true });
        var now = DateTimeOffset.UtcNow;
        foreach (var time in (DateTimeOffset[])[now, now, now.AddHours(1), now.AddSeconds(-1)])
        {
            using var response = await SendAsync(server, Body(time.ToUnixTimeMilliseconds()), "application/x-protobuf;proto=io.prometheus.write.v2.Request");
        }
        using (await SendAsync(server, [1, 2, 3], "application/x-protobuf"))
        {
            var metrics = await server.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative));
            foreach (var line in (string[])[
                "prometheus_api_remote_write_invalid_labels_samples_total 0", "prometheus_api_remote_write_without_metadata_appended_samples_total 2",
                "touchline_remote_write_messages_total 4", "touchline_remote_write_samples_total{type=\"float\"} 2",
                "touchline_remote_write_samples_refused_total{reason=\"too_far_in_future\"} 1", "touchline_remote_write_samples_refused_total{reason=\"out_of_order\"} 1",
                "touchline_remote_write_malformed_total 1", "touchline_remote_write_retries_asked_total{reason=\"memory\"} 0",
                "touchline_remote_write_in_flight_bytes 0", "touchline_remote_write_known_series 1",
                "prometheus_http_requests_total{code=\"204\",handler=\"/api/v1/write\"} 2", "prometheus_http_requests_total{code=\"400\",handler=\"/api/v1/write\"} 3",
                "prometheus_http_request_duration_seconds_count{handler=\"/api/v1/write\"} 5"])
            {
                Assert.Contains(line + "\n", metrics, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task Where_the_receiver_is_off_the_flag_is_named()
    {
        await using var server = await RunningServer.StartAsync();
        using var response = await SendAsync(server, [], "application/x-protobuf");
        Assert.Equal(404, (int)response.StatusCode);
        Assert.Contains("--web.enable-remote-write-receiver", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> SendAsync(RunningServer server, byte[] body, string type)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        content.Headers.ContentEncoding.Add("snappy");
        return await server.Client.PostAsync(Path, content);
    }

    /// <summary>Version 2: symbols "", __name__ and m; one series of labels 1 and 2, with one sample of value 0. As a literal of Snappy.</summary>
    private static byte[] Body(long timestampMs)
    {
        List<byte> sample = [0x10];
        for (; timestampMs >= 0x80; timestampMs >>= 7)
        {
            sample.Add((byte)(timestampMs | 0x80));
        }
        sample.Add((byte)timestampMs);
        byte[] series = [0x0a, 2, 1, 2, 0x12, (byte)sample.Count, .. sample];
        byte[] message = [0x22, 0, 0x22, 8, .. "__name__"u8, 0x22, 1, (byte)'m', 0x2a, (byte)series.Length, .. series];
        return [(byte)message.Length, (byte)((message.Length - 1) << 2), .. message];
    }
}

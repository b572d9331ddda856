using Touchline.Differential.Api;
using Touchline.Differential.PromQL;
using Touchline.Model;

namespace Touchline.Differential.RemoteWrite;

/// <summary>The same bodies to the real Prometheus as a receiver and to Touchline: a sender must do the same with either answer.</summary>
public sealed class ReceiverTests : IAsyncLifetime
{
    private const string One = "application/x-protobuf";
    private const string Two = "application/x-protobuf;proto=io.prometheus.write.v2.Request";

    private readonly long _now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
    private ServerProcess[] _servers = [];

    public static TheoryData<string, string?, string?, string> Cases => new()
    {
        { "good", One, "snappy", "204" },
        { "good", null, null, "204" },
        { "good", One + "; proto=prometheus.WriteRequest", "snappy", "204" },
        { "good", "text/plain", "snappy", "415" },
        { "good", One + ";proto=some.other.Message", "snappy", "415" },
        { "good", One, "zstd", "415" },
        { "empty", One, "snappy", "204" },
        { "empty", Two, "snappy", "204" },
        { "no snappy", One, "snappy", "400" },
        { "no message", One, "snappy", "400" },
        { "no message", Two, "snappy", "400" },
        { "contradiction", One, "snappy", "400" },
        { "older", One, "snappy", "400" },
        { "again", One, "snappy", "204" },
        { "far ahead", One, "snappy", "400" },
        { "histogram", One, "snappy", "204" },
    };

    public async ValueTask InitializeAsync() => _servers = await Task.WhenAll(
        ServerProcess.StartPrometheusAsync("{}", "--web.enable-remote-write-receiver", "--enable-feature=native-histograms"),
        ServerProcess.StartTouchlineAsync("{}", "--web.enable-remote-write-receiver"));

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_body_gets_the_same_status(string body, string? type, string? encoding, string status)
    {
        foreach (var server in _servers)
        {
            Assert.Equal("204", await SendAsync(server, Series((_now - 1000, 1)), One, "snappy"));
            Assert.True(status == await SendAsync(server, Body(body), type, encoding), $"{server.Url}: {body}");
        }
    }

    [Fact]
    public async Task A_receiver_that_is_off_says_which_flag_is_missing()
    {
        foreach (var server in await Task.WhenAll(ServerProcess.StartPrometheusAsync("{}"), ServerProcess.StartTouchlineAsync("{}")))
        {
            await using var off = server;
            using var content = new ByteArrayContent(Body("good"));
            using var response = await off.Client.PostAsync(new Uri("/api/v1/write", UriKind.Relative), content);
            Assert.Equal(404, (int)response.StatusCode);
            Assert.Contains("--web.enable-remote-write-receiver", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    private static async Task<string> SendAsync(ServerProcess server, byte[] body, string? type, string? encoding)
    {
        using var content = new ByteArrayContent(body);
        if (type is not null)
        {
            // As it stands: Prometheus knows the parameter only where no space is before it.
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        }
        if (encoding is not null)
        {
            content.Headers.ContentEncoding.Add(encoding);
        }
        using var response = await server.Client.PostAsync(new Uri("/api/v1/write", UriKind.Relative), content);
        return $"{(int)response.StatusCode}";
    }

    private byte[] Body(string name) => name switch
    {
        "good" => Series((_now, 2)),
        "empty" => Snappier.Snappy.CompressToArray([]),
        "no snappy" => [1, 2, 3, 4, 5],
        "no message" => Snappier.Snappy.CompressToArray([0xff, 0xff, 0xff]),
        "contradiction" => Series((_now - 1000, 3)),
        "older" => Series((_now - 2000, 3)),
        "again" => Series((_now - 1000, 1)),
        "far ahead" => Series((_now + 3_600_000, 1)),
        "histogram" => Histogram(),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
    };

    private static byte[] Series(params (long Time, double Value)[] samples)
    {
        var message = new RemoteWriteMessage();
        message.AddSeries(Labels.Of("__name__", "written", "job", "test"), samples.Select(s => (s.Time, s.Value, (NativeHistogram?)null)));
        return message.ToBody();
    }

    private byte[] Histogram()
    {
        var message = new RemoteWriteMessage();
        var histogram = new NativeHistogram
        {
            IsFloat = true,
            Count = 3,
            Sum = 4,
            Schema = 1,
            ZeroThreshold = 1e-10,
            ZeroCount = 1,
            PositiveSpans = [new BucketSpan(0, 2)],
            PositiveBuckets = [1, 1],
        };
        message.AddSeries(Labels.Of("__name__", "written_histogram"), [(_now, 0, histogram)]);
        return message.ToBody();
    }
}

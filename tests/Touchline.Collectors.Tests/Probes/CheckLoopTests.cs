using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Touchline.Collectors.Probes;
using Touchline.Configuration.Probes;

namespace Touchline.Collectors.Tests.Probes;

public sealed class CheckLoopTests
{
    private readonly RecordingStore _store = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddSeconds(1000));

    [Fact]
    public async Task Check_that_is_good_has_the_series_of_its_probe()
    {
        await using var server = RudeServer.Saying("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
        using var runner = new ProbeRunner(TimeProvider.System);
        await using var loop = Loop(runner, server.Address);

        await loop.ProbeOnceAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["probe_success{instance=\"api\", job=\"checks\"} 1000000:1"], _store.Contents("probe_success"));
        Assert.Equal(["up{instance=\"api\", job=\"checks\"} 1000000:1"], _store.Contents("up{"));
        Assert.Equal(["probe_http_status_code{instance=\"api\", job=\"checks\"} 1000000:200"], _store.Contents("probe_http_status"));
        Assert.Empty(_store.Contents(CheckLoop.FailureMetric));
        Assert.Equal("", loop.Snapshot.LastError);
    }

    [Fact]
    public async Task Check_that_fails_says_why_only_while_it_does()
    {
        var status = 503;
        await using var server = RudeServer.Answering((stream, stop) =>
            stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"HTTP/1.1 {status} X\r\nContent-Length: 0\r\n\r\n"), stop).AsTask());
        using var runner = new ProbeRunner(TimeProvider.System);
        await using var loop = Loop(runner, server.Address);

        await loop.ProbeOnceAsync(TestContext.Current.CancellationToken);
        Assert.Contains("503", loop.Snapshot.LastError, StringComparison.Ordinal);
        status = 200;
        _time.Advance(TimeSpan.FromSeconds(30));
        await loop.ProbeOnceAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["probe_success{instance=\"api\", job=\"checks\"} 1000000:0 1030000:1"], _store.Contents("probe_success"));
        Assert.Equal(["up{instance=\"api\", job=\"checks\"} 1000000:0 1030000:1"], _store.Contents("up{"));
        Assert.Equal(["probe_failure_info{instance=\"api\", job=\"checks\", reason=\"status code 503\"} 1000000:1 1030000:stale"], _store.Contents(CheckLoop.FailureMetric));
    }

    [Fact]
    public async Task Check_that_is_removed_ends_its_series()
    {
        await using var server = RudeServer.Saying("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        using var runner = new ProbeRunner(TimeProvider.System);
        var loop = Loop(runner, server.Address);
        await loop.ProbeOnceAsync(TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromSeconds(7));

        await loop.RemoveAsync();

        Assert.Equal(["probe_success{instance=\"api\", job=\"checks\"} 1000000:1 1007000:stale"], _store.Contents("probe_success"));
    }

    [Fact]
    public async Task Store_that_fails_is_said_and_costs_nothing_else()
    {
        await using var server = RudeServer.Saying("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        using var runner = new ProbeRunner(TimeProvider.System);
        await using var loop = Loop(runner, server.Address);
        _store.OpenFailure = new IOException("the disk is gone");

        await loop.ProbeOnceAsync(TestContext.Current.CancellationToken);
        Assert.Equal("the disk is gone", loop.Snapshot.LastError);
        _store.OpenFailure = null;
        await loop.ProbeOnceAsync(TestContext.Current.CancellationToken);

        Assert.Single(_store.Contents("probe_success"));
        Assert.Equal("", loop.Snapshot.LastError);
    }

    private CheckLoop Loop(ProbeRunner runner, string address) => new(
        new CheckConfig
        {
            Name = "api",
            Url = $"http://{address}",
            Target = address,
            Module = new ProbeModuleConfig { Prober = ProberKind.Http },
            Source = "",
            TimeoutMs = 60_000,
        },
        runner, _store, _time, NullLogger<CheckLoop>.Instance);
}

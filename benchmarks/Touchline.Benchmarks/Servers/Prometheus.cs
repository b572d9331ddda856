namespace Touchline.Benchmarks.Servers;

/// <summary>Prometheus with its remote-write receiver. It cuts blocks as soon as three hours are in memory.</summary>
internal sealed class Prometheus(BenchmarkArguments arguments) : Contender(arguments)
{
    public override string Name => "prometheus";

    /// <summary>Debian builds it without its web UI: this is the first answer that it gives.</summary>
    public override string FrontPage => "/-/healthy";

    protected override int Port => Arguments.Port;

    /// <summary>A snapshot is the blocks, and one more of what is in memory still: all as it is kept, without the log.</summary>
    public override async Task<(long Bytes, long Samples)> CompactedAsync(Server server, long samples)
    {
        var folder = await SnapshotAsync(server) ?? throw new InvalidOperationException("prometheus made no snapshot");
        return (Server.BytesIn(folder), samples);
    }

    protected override IReadOnlyList<string> Command(string folder) =>
    [
        $"{Arguments.Peers}/usr/bin/prometheus", $"--config.file={EmptyConfiguration(folder)}", $"--storage.tsdb.path={folder}/data",
        $"--web.listen-address=127.0.0.1:{Port}", "--web.enable-remote-write-receiver", "--web.enable-admin-api",
    ];
}

using System.Text.Json;

namespace Touchline.Benchmarks.Servers;

/// <summary>Touchline as it is published. Its maintenance runs once a minute.</summary>
internal sealed class TouchlineServer(BenchmarkArguments arguments) : Contender(arguments)
{
    private static readonly TimeSpan MaintenanceInterval = TimeSpan.FromSeconds(65);

    public override string Name => "touchline";

    protected override int Port => Arguments.Port + 2;

    /// <summary>Waits for one run of maintenance, so that cutting blocks counts as part of the work.</summary>
    public override async Task<double> SettleAsync(Server server)
    {
        await Task.Delay(MaintenanceInterval);
        return await base.SettleAsync(server);
    }

    /// <summary>A snapshot of everything, the samples in memory included as a block; or the blocks that were cut, with the samples in them.</summary>
    public override async Task<(long Bytes, long Samples)> CompactedAsync(Server server, long samples)
    {
        if (await SnapshotAsync(server) is { } folder)
        {
            return (Server.BytesIn(folder), samples);
        }
        var blocks = Directory.GetDirectories(Path.Combine(server.DataFolder, "blocks")).Where(block => !Path.HasExtension(block)).ToArray();
        return (Server.BytesIn(blocks), blocks.Sum(SamplesIn));
    }

    protected override IReadOnlyList<string> Command(string folder) =>
    [
        $"{Arguments.Root}/artifacts/benchmark/touchline", $"--config.file={EmptyConfiguration(folder)}", $"--storage.tsdb.path={folder}/data",
        $"--web.listen-address=127.0.0.1:{Port}", "--web.enable-remote-write-receiver", "--web.enable-admin-api",
        // The others do not watch themselves unless they are told to, and the stream begins hours before its own samples would.
        "--collector.self=false", "--collector.host=false", "--collector.containers=false",
    ];

    private static long SamplesIn(string block)
    {
        using var meta = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(block, "meta.json")));
        return meta.RootElement.GetProperty("samples").GetInt64();
    }
}

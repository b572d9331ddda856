namespace Touchline.Benchmarks.Servers;

/// <summary>VictoriaMetrics, single node. It merges its parts in the background all the time.</summary>
internal sealed class VictoriaMetrics(BenchmarkArguments arguments) : Contender(arguments)
{
    public override string Name => "victoria-metrics";

    /// <summary>Debian builds it without its web UI: this is the first answer that it gives.</summary>
    public override string FrontPage => "/health";

    protected override int Port => Arguments.Port + 1;

    /// <summary>What is in memory is flushed, then every partition merged into one part. Caches are not counted: they can be deleted.</summary>
    public override async Task<(long Bytes, long Samples)> CompactedAsync(Server server, long samples)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(5) };
        _ = await http.GetStringAsync(server.Address + "/internal/force_flush");
        _ = await http.GetStringAsync(server.Address + "/internal/force_merge");
        for (var attempt = 0; attempt < 600; attempt++)
        {
            await Task.Delay(500);
            if (await OwnMetricAsync(server, "vm_active_force_merges") == 0)
            {
                break;
            }
        }
        _ = await server.IdleAsync(TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(1));
        return (Server.BytesIn(Path.Combine(server.DataFolder, "data"), Path.Combine(server.DataFolder, "indexdb")), samples);
    }

    protected override IReadOnlyList<string> Command(string folder) =>
    [
        $"{Arguments.Peers}/usr/bin/victoria-metrics", $"-storageDataPath={folder}/data", $"-httpListenAddr=127.0.0.1:{Port}",
        // Answers go up to the newest sample, as the others' do. Queries that are to be computed and not remembered say so themselves.
        "-search.latencyOffset=0s", "-search.maxUniqueTimeseries=10000000", "-search.maxQueryDuration=5m",
    ];
}

using Touchline.Model;

namespace Touchline.Collectors.Host.Nfs;

/// <summary>What this host does as an NFS server, from /proc/net/rpc/nfsd.</summary>
internal sealed class NfsdCollector(HostOptions options) : NodeCollector("nfsd")
{
    /// <summary>Families of one sample, by their line's word and place in it.</summary>
    private static readonly (string Line, int Place, string Name, MetricType Type, string Help)[] Totals =
    [
        ("net", 3, "connections_total", MetricType.Counter, "Total number of NFSd TCP connections."),
        ("io", 0, "disk_bytes_read_total", MetricType.Counter, "Total NFSd bytes read."),
        ("io", 1, "disk_bytes_written_total", MetricType.Counter, "Total NFSd bytes written."),
        ("fh", 0, "file_handles_stale_total", MetricType.Counter, "Total number of NFSd stale file handles"),
        ("ra", 11, "read_ahead_cache_not_found_total", MetricType.Counter, "Total number of NFSd read ahead cache not found."),
        ("ra", 0, "read_ahead_cache_size_blocks", MetricType.Gauge, "How large the read ahead cache is in blocks."),
        ("rc", 0, "reply_cache_hits_total", MetricType.Counter, "Total number of NFSd Reply Cache hits (client lost server response)."),
        ("rc", 1, "reply_cache_misses_total", MetricType.Counter, "Total number of NFSd Reply Cache an operation that requires caching (idempotent)."),
        ("rc", 2, "reply_cache_nocache_total", MetricType.Counter, "Total number of NFSd Reply Cache non-idempotent operations (rename/delete/…)."),
        ("rpc", 0, "server_rpcs_total", MetricType.Counter, "Total number of NFSd RPCs."),
        ("th", 0, "server_threads", MetricType.Gauge, "Total number of NFSd kernel threads that are running."),
    ];

    private readonly RpcFigures _figures = new();
    private readonly string _path = Path.Combine(options.ProcPath, "net/rpc/nfsd");

    public override void Collect(IMetricWriter writer)
    {
        if (!_figures.TryRead(_path))
        {
            NothingHere("this host is no NFS server");
            return;
        }
        foreach (var (line, place, name, type, help) in Totals)
        {
            writer.Family("node_nfsd_" + name, type, help);
            writer.Sample(_figures.Of(line, place));
        }
        writer.Family("node_nfsd_packets_total", MetricType.Counter, "Total NFSd network packets (sent+received) by protocol type.");
        writer.Sample(_figures.Of("net", 2), "proto", "tcp");
        writer.Sample(_figures.Of("net", 1), "proto", "udp");
        writer.Family("node_nfsd_requests_total", MetricType.Counter, "Total number NFSd Requests by method and protocol.");
        WriteRequests(writer, "proc2", "2", NfsOperations.Version2);
        WriteRequests(writer, "proc3", "3", NfsOperations.Version3);
        WriteRequests(writer, "proc4ops", "4", NfsOperations.ServerVersion4);
        writer.Sample(_figures.Of("wdeleg_getattr", 0), "method", "WdelegGetattr", "proto", "4");
        writer.Family("node_nfsd_rpc_errors_total", MetricType.Counter, "Total number of NFSd RPC errors by error type.");
        writer.Sample(_figures.Of("rpc", 3), "error", "auth");
        writer.Sample(_figures.Of("rpc", 4), "error", "cInt");
        writer.Sample(_figures.Of("rpc", 2), "error", "fmt");
    }

    private void WriteRequests(IMetricWriter writer, string line, string version, string[] operations)
    {
        // The first number says how many follow. A call of nothing is not given on.
        for (var i = 0; i < operations.Length; i++)
        {
            if (operations[i] is not ("" or "Null"))
            {
                writer.Sample(_figures.Of(line, i + 1), "method", operations[i], "proto", version);
            }
        }
    }
}

using Touchline.Model;

namespace Touchline.Collectors.Host.Nfs;

/// <summary>What this host asks of NFS servers, from /proc/net/rpc/nfs.</summary>
internal sealed class NfsCollector(HostOptions options) : NodeCollector("nfs")
{
    private readonly RpcFigures _figures = new();
    private readonly string _path = Path.Combine(options.ProcPath, "net/rpc/nfs");

    public override void Collect(IMetricWriter writer)
    {
        if (!_figures.TryRead(_path))
        {
            NothingHere("this host is no NFS client");
            return;
        }
        writer.Counter("node_nfs_connections_total", "Total number of NFSd TCP connections.", _figures.Of("net", 3));
        writer.Family("node_nfs_packets_total", MetricType.Counter, "Total NFSd network packets (sent+received) by protocol type.");
        writer.Sample(_figures.Of("net", 2), "protocol", "tcp");
        writer.Sample(_figures.Of("net", 1), "protocol", "udp");
        writer.Family("node_nfs_requests_total", MetricType.Counter, "Number of NFS procedures invoked.");
        WriteRequests(writer, "proc2", "2", NfsOperations.Version2);
        WriteRequests(writer, "proc3", "3", NfsOperations.Version3);
        WriteRequests(writer, "proc4", "4", NfsOperations.ClientVersion4);
        writer.Counter("node_nfs_rpc_authentication_refreshes_total", "Number of RPC authentication refreshes performed.", _figures.Of("rpc", 2));
        writer.Counter("node_nfs_rpc_retransmissions_total", "Number of RPC transmissions performed.", _figures.Of("rpc", 1));
        writer.Counter("node_nfs_rpcs_total", "Total number of RPCs performed.", _figures.Of("rpc", 0));
    }

    private void WriteRequests(IMetricWriter writer, string line, string version, string[] operations)
    {
        // The first number says how many follow.
        for (var i = 0; i < operations.Length; i++)
        {
            writer.Sample(_figures.Of(line, i + 1), "method", operations[i], "proto", version);
        }
    }
}

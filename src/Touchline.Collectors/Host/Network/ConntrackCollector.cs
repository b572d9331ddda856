using Touchline.Collectors.Host.Reading;

namespace Touchline.Collectors.Host.Network;

/// <summary>How full the table of tracked connections is, and what became of packets and entries.</summary>
internal sealed class ConntrackCollector(HostOptions options) : NodeCollector("conntrack")
{
    /// <summary>The columns that are given on, by their place in /proc/net/stat/nf_conntrack, which has a line for each processor.</summary>
    private static readonly (int Column, string Name, string Help)[] Columns =
    [
        (10, "node_nf_conntrack_stat_drop", "Number of packets dropped due to conntrack failure."),
        (11, "node_nf_conntrack_stat_early_drop", "Number of dropped conntrack entries to make room for new ones, if maximum table size was reached."),
        (2, "node_nf_conntrack_stat_found", "Number of searched entries which were successful."),
        (5, "node_nf_conntrack_stat_ignore", "Number of packets seen which are already connected to a conntrack entry."),
        (8, "node_nf_conntrack_stat_insert", "Number of entries inserted into the list."),
        (9, "node_nf_conntrack_stat_insert_failed", "Number of entries for which list insertion was attempted but failed."),
        (4, "node_nf_conntrack_stat_invalid", "Number of packets seen which can not be tracked."),
        (16, "node_nf_conntrack_stat_search_restart", "Number of conntrack table lookups which had to be restarted due to hashtable resizes."),
    ];

    private const int ColumnCount = 17;

    private readonly FileReader _reader = new();
    private readonly string _countPath = Path.Combine(options.ProcPath, "sys/net/netfilter/nf_conntrack_count");
    private readonly string _maximumPath = Path.Combine(options.ProcPath, "sys/net/netfilter/nf_conntrack_max");
    private readonly string _statPath = Path.Combine(options.ProcPath, "net/stat/nf_conntrack");

    public override void Collect(IMetricWriter writer)
    {
        if (!File.Exists(_countPath) || !File.Exists(_maximumPath))
        {
            NothingHere("connections are not tracked");
            return;
        }
        writer.Gauge(
            "node_nf_conntrack_entries", "Number of currently allocated flow entries for connection tracking.", ByteText.Number(_reader.Read(_countPath)));
        writer.Gauge("node_nf_conntrack_entries_limit", "Maximum size of connection tracking table.", ByteText.Number(_reader.Read(_maximumPath)));
        Span<double> sums = stackalloc double[ColumnCount];
        sums.Clear();
        Sum(sums);
        foreach (var (column, name, help) in Columns)
        {
            writer.Gauge(name, help, sums[column]);
        }
    }

    private void Sum(Span<double> sums)
    {
        var lines = new ByteText(_reader.Read(_statPath));
        lines.TryLine(out _);
        while (lines.TryLine(out var line))
        {
            var fields = new ByteText(line);
            for (var i = 0; i < ColumnCount; i++)
            {
                sums[i] += fields.Hexadecimal();
            }
        }
    }
}

using System.Globalization;
using System.Text;
using Touchline.Collectors.Host.Reading;
using Touchline.Model;

namespace Touchline.Collectors.Host.Nfs;

/// <summary>Each mount of an NFS server: bytes, events, requests by operation, and connections, from /proc/self/mountstats.</summary>
internal sealed class MountStatsCollector(HostOptions options) : NodeCollector("mountstats")
{
    private const double MillisecondsPerSecond = 1000;

    private readonly FileReader _reader = new();
    private readonly string _path = Path.Combine(options.ProcPath, "self/mountstats");
    private readonly string _infoPath = Path.Combine(options.ProcPath, "self/mountinfo");
    /// <summary>Those whose figures are given on: several mounts of one export share them.</summary>
    private readonly List<NfsMount> _exports = [];

    public override void Collect(IMetricWriter writer)
    {
        var stats = Encoding.UTF8.GetString(_reader.Read(_path));
        var addresses = Addresses(Encoding.UTF8.GetString(_reader.Read(_infoPath)));
        var mounts = NfsMount.Parse(stats, addresses).Where(mount => mount.Transports.Count > 0);
        _exports.Clear();
        _exports.AddRange(mounts.DistinctBy(mount => string.Join('\n', mount.Labels)));
        WriteExports(writer);
        WriteTransports(writer);
        WriteOperations(writer);
    }

    private void WriteExports(IMetricWriter writer)
    {
        writer.Family("node_mountstats_nfs_age_seconds_total", MetricType.Counter, "The age of the NFS mount in seconds.");
        _exports.ForEach(mount => writer.Sample(mount.AgeSeconds, mount.Labels));
        foreach (var (line, fields) in (ReadOnlySpan<(string, (int, string, string)[])>)[("bytes", MountStatsFields.Bytes), ("events", MountStatsFields.Events)])
        {
            foreach (var (place, name, help) in fields)
            {
                writer.Family("node_mountstats_nfs_" + name, MetricType.Counter, help);
                _exports.ForEach(mount => writer.Sample(mount.Figure(line, place), mount.Labels));
            }
        }
    }

    private void WriteTransports(IMetricWriter writer)
    {
        foreach (var (place, name, type, help) in MountStatsFields.Transport)
        {
            writer.Family("node_mountstats_nfs_" + name, type, help);
            foreach (var mount in _exports)
            {
                for (var i = 0; i < mount.Transports.Count; i++)
                {
                    writer.Sample(mount.Transports[i].Figure(place), [.. mount.Labels, "transport", i.ToString(CultureInfo.InvariantCulture)]);
                }
            }
        }
    }

    private void WriteOperations(IMetricWriter writer)
    {
        foreach (var (place, name, help) in MountStatsFields.Operations)
        {
            writer.Family("node_mountstats_nfs_" + name, MetricType.Counter, help);
            foreach (var mount in _exports)
            {
                foreach (var (operation, figures) in mount.Operations)
                {
                    var value = place < figures.Length ? figures[place] : 0;
                    writer.Sample(name.Contains("seconds", StringComparison.Ordinal) ? value / MillisecondsPerSecond : value, [.. mount.Labels, "operation", operation]);
                }
            }
        }
    }

    /// <summary>The servers' addresses, by the place of a mount, which is the same in both files; empty where a mount has none.</summary>
    private static List<string> Addresses(string mountinfo) =>
        [.. mountinfo.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line =>
            line[(line.LastIndexOf(' ') + 1)..].Split(',').FirstOrDefault(option => option.StartsWith("addr=", StringComparison.Ordinal))?["addr=".Length..] ?? "")];
}

using System.Globalization;
using Touchline.Collectors.Containers.Cgroups;
using Touchline.Collectors.Host.Reading;

namespace Touchline.Collectors.Containers;

/// <summary>
/// Traffic of each interface that a container sees, read from one of its processes. Containers that share a network (those of a pod)
/// are told apart by its number: the one that was there first has the figures, and a container on the host's network has none, since
/// they are the root's. So sums over containers count nothing twice. Not thread-safe.
/// </summary>
internal sealed class NetworkReader(string procPath)
{
    /// <summary>Columns of /proc/net/dev: bytes, packets, errors and drops, received and (eight further on) sent.</summary>
    private static readonly (int Column, LabelledMetric Metric)[] Columns =
    [
        (0, LabelledMetric.NetworkReceiveBytes),
        (1, LabelledMetric.NetworkReceivePackets),
        (2, LabelledMetric.NetworkReceiveErrors),
        (3, LabelledMetric.NetworkReceiveDropped),
        (8, LabelledMetric.NetworkTransmitBytes),
        (9, LabelledMetric.NetworkTransmitPackets),
        (10, LabelledMetric.NetworkTransmitErrors),
        (11, LabelledMetric.NetworkTransmitDropped),
    ];

    /// <summary>Those that cAdvisor leaves out: loopback, and the host's ends of containers' cables.</summary>
    private static readonly string[] IgnoredPrefixes = ["lo", "veth", "docker", "nerdctl"];

    private readonly FileReader _reader = new();
    private readonly NameCache<string[]?> _interfaces = new(name =>
        IgnoredPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) ? null : ["interface", name]);

    /// <summary>Those whose traffic is told, each with a process that sees it: the machine, and of the containers that share a network the oldest.</summary>
    /// <param name="root">The machine's group; null where there is none.</param>
    /// <param name="containers">Each with one of its processes.</param>
    public IReadOnlyCollection<(Cgroup Group, string Process)> Owners(Cgroup? root, IEnumerable<(Cgroup Group, int Pid)> containers)
    {
        var host = NamespaceOf("1") ?? NamespaceOf("self");
        var owners = new Dictionary<string, (Cgroup Group, string Process)>(StringComparer.Ordinal);
        if (root is not null)
        {
            owners[""] = (root, File.Exists(procPath + "/1/net/dev") ? "1" : "self");
        }
        foreach (var (group, pid) in containers)
        {
            var process = pid.ToString(CultureInfo.InvariantCulture);
            if (NamespaceOf(process) is { } network && network != host
                && (!owners.TryGetValue(network, out var owner) || group.CreatedSeconds < owner.Group.CreatedSeconds))
            {
                owners[network] = (group, process);
            }
        }
        return owners.Values;
    }

    /// <exception cref="FormatException">The figures are none.</exception>
    public void Read(Cgroup group, string process)
    {
        if (!_reader.TryRead($"{procPath}/{process}/net/dev", out var text))
        {
            return;
        }
        Span<double> values = stackalloc double[12];
        var lines = new ByteText(text);
        while (lines.TryLine(out var line))
        {
            // The two lines of headings have no colon.
            var colon = line.LastIndexOf((byte)':');
            if (colon < 0 || _interfaces.Get(line[..colon].Trim((byte)' ')) is not { } labels)
            {
                continue;
            }
            var fields = new ByteText(line[(colon + 1)..]);
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = fields.Number();
            }
            foreach (var (column, metric) in Columns)
            {
                group.Add(metric, labels, values[column]);
            }
        }
    }

    private string? NamespaceOf(string process)
    {
        try
        {
            return new FileInfo($"{procPath}/{process}/ns/net").LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

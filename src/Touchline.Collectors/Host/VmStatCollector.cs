using System.Text.RegularExpressions;
using Touchline.Collectors.Host.Reading;
using Touchline.Model;

namespace Touchline.Collectors.Host;

/// <summary>Paging, swapping and kills for want of memory, from /proc/vmstat.</summary>
internal sealed class VmStatCollector(HostOptions options) : NodeCollector("vmstat")
{
    /// <summary>node_exporter's default for --collector.vmstat.fields.</summary>
    private static readonly Regex Included = new("^(oom_kill|pgpg|pswp|pg.*fault).*", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);

    private readonly FileReader _reader = new();
    private readonly string _path = Path.Combine(options.ProcPath, "vmstat");
    private readonly NameCache<(string Name, string Help)?> _families = new(field =>
        Included.IsMatch(field) ? ($"node_vmstat_{field}", $"/proc/vmstat information field {field}.") : null);

    public override void Collect(IMetricWriter writer)
    {
        var lines = new ByteText(_reader.Read(_path));
        while (lines.TryLine(out var line))
        {
            var fields = new ByteText(line);
            if (fields.TryField(out var field) && _families.Get(field) is { } family)
            {
                writer.Family(family.Name, MetricType.Unknown, family.Help);
                writer.Sample(fields.Number());
            }
        }
    }
}

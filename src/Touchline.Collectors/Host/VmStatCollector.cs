using Touchline.Collectors.Host.Reading;
using Touchline.Collectors.Host.Settings;
using Touchline.Model;

namespace Touchline.Collectors.Host;

/// <summary>Paging, swapping and kills for want of memory, from /proc/vmstat.</summary>
internal sealed class VmStatCollector(HostOptions options) : NodeCollector("vmstat")
{
    internal static readonly NodeFlag Fields = new(
        "collector.vmstat.fields", NodeFlagKind.Pattern, "^(oom_kill|pgpg|pswp|pg.*fault).*", "Fields of /proc/vmstat that are given on.");

    private readonly FileReader _reader = new();
    private readonly string _path = Path.Combine(options.ProcPath, "vmstat");
    private readonly NameCache<(string Name, string Help)?> _families = MakeFamilies(NameFilter.Including(options, Fields));

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

    private static NameCache<(string Name, string Help)?> MakeFamilies(NameFilter filter) =>
        new(field => filter.Allows(field) ? ($"node_vmstat_{field}", $"/proc/vmstat information field {field}.") : null);
}

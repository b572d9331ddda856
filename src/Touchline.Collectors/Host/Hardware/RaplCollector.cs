using System.Globalization;
using Touchline.Collectors.Host.Reading;
using Touchline.Collectors.Host.Settings;

namespace Touchline.Collectors.Host.Hardware;

/// <summary>Energy that processor packages and memory have used, from /sys/class/powercap.</summary>
internal sealed class RaplCollector(HostOptions options) : NodeCollector("rapl")
{
    internal static readonly NodeFlag ZoneLabel = new(
        "collector.rapl.enable-zone-label", NodeFlagKind.Switch, "false", "Whether the zone is a label of one metric, not part of the metric's name.");

    private const double PerJoule = 1_000_000;

    private readonly SysFiles _files = new();
    private readonly string _folder = Path.Combine(options.SysPath, "class/powercap");
    private readonly bool _hasZoneLabel = options.Flags.IsOn(ZoneLabel);

    public override void Collect(IMetricWriter writer)
    {
        if (!IsHere(_folder))
        {
            return;
        }
        var table = new FamilyTable();
        var indexes = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var folder in SysFiles.Names(_folder).Select(name => Path.Combine(_folder, name)))
        {
            if (!_files.TryText(Path.Combine(folder, "name"), out var name))
            {
                continue;
            }
            var (zone, index) = Zone(name, indexes);
            indexes[zone] = index + 1;
            // Since the PLATYPUS attack only root may read it.
            if (!_files.TryWhole(Path.Combine(folder, "energy_uj"), out var microjoules))
            {
                NothingHere($"energy_uj of {folder} may not be read");
                break;
            }
            Write(table, zone, index.ToString(CultureInfo.InvariantCulture), folder, microjoules / PerJoule);
        }
        table.WriteTo(writer);
    }

    private void Write(FamilyTable table, string zone, string index, string path, double joules)
    {
        if (_hasZoneLabel)
        {
            table.Counter("node_rapl_joules_total", "Current RAPL value in joules", joules, "index", index, "path", path, "rapl_zone", zone);
        }
        else
        {
            table.Counter(
                $"node_rapl_{MetricName.Sanitize(zone)}_joules_total", $"Current RAPL {zone} value in joules", joules, "index", index, "path", path);
        }
    }

    /// <summary>A zone named <c>package-1</c> says its number; several that are all named <c>dram</c> are counted.</summary>
    private static (string Zone, int Index) Zone(string name, Dictionary<string, int> next)
    {
        var parts = name.Split('-');
        return parts.Length == 2 && int.TryParse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index)
            ? (parts[0], index)
            : (name, next.GetValueOrDefault(name));
    }
}

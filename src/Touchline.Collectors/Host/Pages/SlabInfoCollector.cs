using System.Text;
using Touchline.Collectors.Host.Reading;
using Touchline.Collectors.Host.Settings;
using Touchline.Model;

namespace Touchline.Collectors.Host.Pages;

/// <summary>The kernel's own objects by kind, from /proc/slabinfo, which only root may read.</summary>
internal sealed class SlabInfoCollector(HostOptions options) : NodeCollector("slabinfo")
{
    internal static readonly NodeFlag Include = new("collector.slabinfo.slabs-include", NodeFlagKind.Pattern, ".*", "Kinds of objects that are given on.");

    internal static readonly NodeFlag Exclude = new("collector.slabinfo.slabs-exclude", NodeFlagKind.Pattern, "", "Kinds of objects that are not given on.");

    /// <summary>The columns behind the name, in the file's order.</summary>
    private static readonly (string Name, string Help)[] Columns =
    [
        ("node_slabinfo_active_objects", "The number of objects that are currently active (i.e., in use)."),
        ("node_slabinfo_objects", "The total number of allocated objects (i.e., objects that are both in use and not in use)."),
        ("node_slabinfo_object_size_bytes", "The size of objects in this slab, in bytes."),
        ("node_slabinfo_objects_per_slab", "The number of objects stored in each slab."),
        ("node_slabinfo_pages_per_slab", "The number of pages allocated for each slab."),
    ];

    private readonly FileReader _reader = new();
    private readonly string _path = Path.Combine(options.ProcPath, "slabinfo");
    private readonly NameFilter _filter = NameFilter.Of(options, Exclude, Include);
    private readonly List<(string Name, double[] Values)> _slabs = [];

    public override void Collect(IMetricWriter writer)
    {
        ReadSlabs();
        for (var i = 0; i < Columns.Length; i++)
        {
            writer.Family(Columns[i].Name, MetricType.Gauge, Columns[i].Help);
            foreach (var (name, values) in _slabs)
            {
                writer.Sample(values[i], "slab", name);
            }
        }
    }

    private void ReadSlabs()
    {
        _slabs.Clear();
        var lines = new ByteText(_reader.Read(_path));
        while (lines.TryLine(out var line))
        {
            var fields = new ByteText(line);
            if (line.StartsWith("slabinfo "u8) || line.StartsWith("#"u8) || !fields.TryField(out var field))
            {
                continue;
            }
            var name = Encoding.UTF8.GetString(field);
            if (_filter.Allows(name))
            {
                _slabs.Add((name, [fields.Number(), fields.Number(), fields.Number(), fields.Number(), fields.Number()]));
            }
        }
    }
}

using System.Globalization;
using System.Text;
using Touchline.Collectors.Host.Reading;
using Touchline.Model;

namespace Touchline.Collectors.Host.Pages;

/// <summary>Pages of each zone of memory by what they are used for, from /proc/zoneinfo.</summary>
internal sealed class ZoneInfoCollector(HostOptions options) : NodeCollector("zoneinfo")
{
    private static readonly (string Field, string Name, MetricType Type, string Help)[] Fields =
    [
        ("high", "node_zoneinfo_high_pages", MetricType.Gauge, "Zone watermark pages_high"),
        ("low", "node_zoneinfo_low_pages", MetricType.Gauge, "Zone watermark pages_low"),
        ("managed", "node_zoneinfo_managed_pages", MetricType.Gauge, "Present pages managed by the buddy system"),
        ("min", "node_zoneinfo_min_pages", MetricType.Gauge, "Zone watermark pages_min"),
        ("nr_active_anon", "node_zoneinfo_nr_active_anon_pages", MetricType.Gauge, "Number of anonymous pages recently more used"),
        ("nr_active_file", "node_zoneinfo_nr_active_file_pages", MetricType.Gauge, "Number of active pages with file-backing"),
        ("nr_anon_pages", "node_zoneinfo_nr_anon_pages", MetricType.Gauge, "Number of anonymous pages currently used by the system"),
        ("nr_anon_transparent_hugepages", "node_zoneinfo_nr_anon_transparent_hugepages", MetricType.Gauge, "Number of anonymous transparent huge pages currently used by the system"),
        ("nr_dirtied", "node_zoneinfo_nr_dirtied_total", MetricType.Counter, "Page dirtyings since bootup"),
        ("nr_dirty", "node_zoneinfo_nr_dirty_pages", MetricType.Gauge, "Number of dirty pages"),
        ("nr_file_pages", "node_zoneinfo_nr_file_pages", MetricType.Gauge, "Number of file pages"),
        ("nr_free_pages", "node_zoneinfo_nr_free_pages", MetricType.Gauge, "Total number of free pages in the zone"),
        ("nr_inactive_anon", "node_zoneinfo_nr_inactive_anon_pages", MetricType.Gauge, "Number of anonymous pages recently less used"),
        ("nr_inactive_file", "node_zoneinfo_nr_inactive_file_pages", MetricType.Gauge, "Number of inactive pages with file-backing"),
        ("nr_isolated_anon", "node_zoneinfo_nr_isolated_anon_pages", MetricType.Gauge, "Temporary isolated pages from anon lru"),
        ("nr_isolated_file", "node_zoneinfo_nr_isolated_file_pages", MetricType.Gauge, "Temporary isolated pages from file lru"),
        ("nr_kernel_stack", "node_zoneinfo_nr_kernel_stacks", MetricType.Gauge, "Number of kernel stacks"),
        ("nr_mapped", "node_zoneinfo_nr_mapped_pages", MetricType.Gauge, "Number of mapped pages"),
        ("nr_mlock_stack", "node_zoneinfo_nr_mlock_stack_pages", MetricType.Gauge, "mlock()ed pages found and moved off LRU"),
        ("nr_shmem", "node_zoneinfo_nr_shmem_pages", MetricType.Gauge, "Number of shmem pages (included tmpfs/GEM pages)"),
        ("nr_slab_reclaimable", "node_zoneinfo_nr_slab_reclaimable_pages", MetricType.Gauge, "Number of reclaimable slab pages"),
        ("nr_slab_unreclaimable", "node_zoneinfo_nr_slab_unreclaimable_pages", MetricType.Gauge, "Number of unreclaimable slab pages"),
        ("nr_unevictable", "node_zoneinfo_nr_unevictable_pages", MetricType.Gauge, "Number of unevictable pages"),
        ("nr_writeback", "node_zoneinfo_nr_writeback_pages", MetricType.Gauge, "Number of writeback pages"),
        ("nr_written", "node_zoneinfo_nr_written_total", MetricType.Counter, "Page writings since bootup"),
        ("numa_foreign", "node_zoneinfo_numa_foreign_total", MetricType.Counter, "Was intended here, hit elsewhere"),
        ("numa_hit", "node_zoneinfo_numa_hit_total", MetricType.Counter, "Allocated in intended node"),
        ("numa_interleave", "node_zoneinfo_numa_interleave_total", MetricType.Counter, "Interleaver preferred this zone"),
        ("numa_local", "node_zoneinfo_numa_local_total", MetricType.Counter, "Allocation from local node"),
        ("numa_miss", "node_zoneinfo_numa_miss_total", MetricType.Counter, "Allocated in non intended node"),
        ("numa_other", "node_zoneinfo_numa_other_total", MetricType.Counter, "Allocation from other node"),
        ("present", "node_zoneinfo_present_pages", MetricType.Gauge, "Physical pages existing within the zone"),
        ("scanned", "node_zoneinfo_scanned_pages", MetricType.Gauge, "Pages scanned since last reclaim"),
        ("spanned", "node_zoneinfo_spanned_pages", MetricType.Gauge, "Total pages spanned by the zone, including holes"),
    ];

    private readonly FileReader _reader = new();
    private readonly string _path = Path.Combine(options.ProcPath, "zoneinfo");
    private readonly List<Zone> _zones = [];

    public override void Collect(IMetricWriter writer)
    {
        Parse(Encoding.UTF8.GetString(_reader.Read(_path)));
        foreach (var (field, name, type, help) in Fields)
        {
            writer.Family(name, type, help);
            foreach (var zone in _zones)
            {
                if (zone.Values.TryGetValue(field, out var value))
                {
                    writer.Sample(value, "node", zone.Node, "zone", zone.Name);
                }
            }
        }
        WriteProtections(writer);
    }

    private void WriteProtections(IMetricWriter writer)
    {
        for (var i = 0; i < _zones.Max(zone => (int?)zone.Protections.Length); i++)
        {
            writer.Family(FormattableString.Invariant($"node_zoneinfo_protection_{i}"), MetricType.Gauge, FormattableString.Invariant($"Protection array {i}. field"));
            foreach (var zone in _zones)
            {
                if (i < zone.Protections.Length)
                {
                    writer.Sample(zone.Protections[i], "node", zone.Node, "zone", zone.Name);
                }
            }
        }
    }

    /// <summary>A heading <c>Node 0, zone DMA</c>, then lines of a name and a number; where a name comes twice, the last one counts.</summary>
    private void Parse(string text)
    {
        _zones.Clear();
        foreach (var line in text.Split('\n'))
        {
            switch (line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                case ["Node", var node, "zone", var name]:
                    _zones.Add(new Zone(node.TrimEnd(','), name));
                    break;
                case ["protection:", ..] when _zones.Count > 0:
                    var numbers = line[(line.IndexOf('(', StringComparison.Ordinal) + 1)..].TrimEnd(')', ' ').Split(',');
                    _zones[^1].Protections = [.. numbers.Select(Number)];
                    break;
                case [var field, var number] when _zones.Count > 0 && char.IsAsciiDigit(number[0]):
                    _zones[^1].Values[field] = Number(number);
                    break;
                default:
                    break;
            }
        }
    }

    private static double Number(string text) => ulong.Parse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture);

    private sealed class Zone(string node, string name)
    {
        public string Node { get; } = node;

        public string Name { get; } = name;

        public Dictionary<string, double> Values { get; } = new(StringComparer.Ordinal);

        public double[] Protections { get; set; } = [];
    }
}

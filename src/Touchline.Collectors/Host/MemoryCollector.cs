using Touchline.Collectors.Host.Reading;
using Touchline.Model;

namespace Touchline.Collectors.Host;

/// <summary>Memory by what it is used for, from /proc/meminfo: those of its fields that node_exporter gives on.</summary>
internal sealed class MemoryCollector(HostOptions options) : NodeCollector("meminfo")
{
    private const double BytesPerKilobyte = 1024;

    private static readonly HashSet<string> Fields = new(StringComparer.Ordinal)
    {
        "Active", "Active(anon)", "Active(file)", "AnonHugePages", "AnonPages", "Bounce", "Buffers", "Cached", "CmaFree", "CmaTotal",
        "CommitLimit", "Committed_AS", "DirectMap1G", "DirectMap2M", "DirectMap4k", "Dirty", "HardwareCorrupted", "HugePages_Free",
        "HugePages_Rsvd", "HugePages_Surp", "HugePages_Total", "Hugepagesize", "Inactive", "Inactive(anon)", "Inactive(file)",
        "KernelStack", "Mapped", "MemAvailable", "MemFree", "MemTotal", "Mlocked", "NFS_Unstable", "PageTables", "Percpu", "SReclaimable",
        "SUnreclaim", "Shmem", "ShmemHugePages", "ShmemPmdMapped", "Slab", "SwapCached", "SwapFree", "SwapTotal", "Unevictable",
        "VmallocChunk", "VmallocTotal", "VmallocUsed", "Writeback", "WritebackTmp", "Zswap", "Zswapped",
    };

    private readonly FileReader _reader = new();
    private readonly string _path = Path.Combine(options.ProcPath, "meminfo");
    private readonly NameCache<FamilyNames?> _families = new(FamilyNames.Of);

    public override void Collect(IMetricWriter writer)
    {
        var lines = new ByteText(_reader.Read(_path));
        while (lines.TryLine(out var line))
        {
            var colon = line.IndexOf((byte)':');
            if (colon <= 0 || _families.Get(line[..colon]) is not { } family)
            {
                continue;
            }
            var fields = new ByteText(line[(colon + 1)..]);
            var value = fields.Number();
            var inKilobytes = fields.TryField(out var unit) && unit.SequenceEqual("kB"u8);
            writer.Family(inKilobytes ? family.InBytes : family.Plain, MetricType.Gauge, inKilobytes ? family.HelpInBytes : family.HelpPlain);
            writer.Sample(inKilobytes ? value * BytesPerKilobyte : value);
        }
    }

    private sealed record FamilyNames(string InBytes, string HelpInBytes, string Plain, string HelpPlain)
    {
        public static FamilyNames? Of(string field)
        {
            if (!Fields.Contains(field))
            {
                return null;
            }
            var name = field.Replace('(', '_').TrimEnd(')');
            return new FamilyNames(
                $"node_memory_{name}_bytes", $"Memory information field {name}_bytes.", $"node_memory_{name}", $"Memory information field {name}.");
        }
    }
}

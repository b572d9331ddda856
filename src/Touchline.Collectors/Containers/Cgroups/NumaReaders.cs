using System.Text;
using Touchline.Collectors.Host.Reading;

namespace Touchline.Collectors.Containers.Cgroups;

/// <summary>Labels of memory by node of the machine, made once.</summary>
internal sealed class NumaLabels(string type, string scope)
{
    private readonly NameCache<string[]> _byNode = new(node => ["type", type, "scope", scope, "node", node]);

    public string[] Of(ReadOnlySpan<byte> node) => _byNode.Get(node);
}

/// <summary>Pages by node from memory.numa_stat of version 1: <c>file=7 N0=5 N1=2</c>.</summary>
internal sealed class NumaReaderV1(string root, CgroupFiles files) : ControllerReader
{
    private static readonly string[] Types = ["file", "anon", "unevictable"];

    private readonly (string Key, NumaLabels Labels)[] _lines =
    [
        .. Types.Select(type => (type, new NumaLabels(type, "container"))),
        .. Types.Select(type => ("hierarchical_" + type, new NumaLabels(type, "hierarchy"))),
    ];

    public override void Read(Cgroup cgroup)
    {
        NumaLines.Add(cgroup, files.Text(cgroup.In(root), "/memory.numa_stat"), _lines, behindKey: '=', over: 1);
    }
}

/// <summary>The same from version 2, which counts bytes, and those of the groups below with them: <c>file N0=20480 N1=8192</c>.</summary>
internal sealed class NumaReaderV2(string root, CgroupFiles files) : ControllerReader
{
    private readonly (string Key, NumaLabels Labels)[] _lines =
        [.. new[] { "file", "anon", "unevictable" }.Select(type => (type, new NumaLabels(type, "hierarchy")))];

    public override void Read(Cgroup cgroup)
    {
        NumaLines.Add(cgroup, files.Text(cgroup.In(root), "/memory.numa_stat"), _lines, behindKey: ' ', over: Environment.SystemPageSize);
    }
}

/// <summary>What both versions' files have in common.</summary>
internal static class NumaLines
{
    /// <param name="cgroup">Gets the figures.</param>
    /// <param name="text">The file.</param>
    /// <param name="wanted">The keys of the lines that are told, and the labels of each.</param>
    /// <param name="behindKey">What stands between a key and what follows.</param>
    /// <param name="over">How many of the file's units are a page.</param>
    /// <exception cref="FormatException">A figure is none.</exception>
    public static void Add(Cgroup cgroup, ReadOnlySpan<byte> text, (string Key, NumaLabels Labels)[] wanted, char behindKey, double over)
    {
        var lines = new ByteText(text);
        while (lines.TryLine(out var line))
        {
            foreach (var (key, labels) in wanted)
            {
                if (line.Length > key.Length && line[key.Length] == behindKey && Ascii.Equals(line[..key.Length], key))
                {
                    AddFields(cgroup, line, labels, over);
                }
            }
        }
    }

    private static void AddFields(Cgroup cgroup, ReadOnlySpan<byte> line, NumaLabels labels, double over)
    {
        var fields = new ByteText(line);
        // The key, in version 1 with the sum of all nodes behind it.
        fields.TryField(out _);
        while (fields.TryField(out var field))
        {
            var equals = field.IndexOf((byte)'=');
            if (equals > 1 && field[0] == 'N')
            {
                cgroup.Add(LabelledMetric.MemoryNumaPages, labels.Of(field[1..equals]), ByteText.Number(field[(equals + 1)..]) / over);
            }
        }
    }
}

using System.Text;
using Touchline.Collectors.Containers.Cgroups;
using Touchline.Collectors.Host;
using Touchline.Collectors.Host.Reading;

namespace Touchline.Collectors.Containers;

/// <summary>What the kernel counts for the machine's own disks, which cAdvisor counts to the root group. Not thread-safe.</summary>
internal sealed class DiskActivityReader(string procPath)
{
    // As the kernel counts: time in milliseconds.
    private const double SecondsPerTick = 1.0 / 1000.0;

    /// <summary>The columns behind a device's name, in the file's order. What groups count themselves is not told again.</summary>
    private static readonly (LabelledMetric? Metric, double Unit)[] Columns =
    [
        (null, 1), (LabelledMetric.FsReadsMerged, 1), (LabelledMetric.FsSectorReads, 1), (LabelledMetric.FsReadSeconds, SecondsPerTick),
        (null, 1), (LabelledMetric.FsWritesMerged, 1), (LabelledMetric.FsSectorWrites, 1), (LabelledMetric.FsWriteSeconds, SecondsPerTick),
        (LabelledMetric.FsIoCurrent, 1), (LabelledMetric.FsIoSeconds, SecondsPerTick), (LabelledMetric.FsIoWeightedSeconds, SecondsPerTick),
    ];

    private readonly FileReader _reader = new();
    private readonly string _path = Path.Combine(procPath, "diskstats");

    /// <summary>Adds what is counted for the device of a mount; nothing where the kernel counts none by its numbers or its name.</summary>
    /// <exception cref="FormatException">The file says something that is no number.</exception>
    public void Read(Cgroup root, Mount mount, string[] labels)
    {
        if (!_reader.TryRead(_path, out var text))
        {
            return;
        }
        var lines = new ByteText(text);
        while (lines.TryLine(out var line))
        {
            var fields = new ByteText(line);
            if (fields.TryField(out var major) && fields.TryField(out var minor) && fields.TryField(out var name) && Is(mount, major, minor, name))
            {
                Add(root, ref fields, labels);
                return;
            }
        }
    }

    /// <summary>File systems of several devices have numbers of their own, so that only the name tells.</summary>
    private static bool Is(Mount mount, ReadOnlySpan<byte> major, ReadOnlySpan<byte> minor, ReadOnlySpan<byte> name) =>
        (Ascii.Equals(major, mount.Major) && Ascii.Equals(minor, mount.Minor)) || Ascii.Equals(name, mount.Device.AsSpan("/dev/".Length));

    private static void Add(Cgroup root, ref ByteText fields, string[] labels)
    {
        foreach (var (metric, unit) in Columns)
        {
            if (!fields.TryField(out var field))
            {
                return;
            }
            if (metric is { } known)
            {
                root.Add(known, labels, ByteText.Number(field) * unit);
            }
        }
    }
}

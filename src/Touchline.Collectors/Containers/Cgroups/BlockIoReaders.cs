using System.Text;
using Touchline.Collectors.Host.Reading;

namespace Touchline.Collectors.Containers.Cgroups;

/// <summary>The labels of a block device's figures, made once.</summary>
internal sealed class BlockDeviceLabels
{
    private static readonly string[] Operations = ["Read", "Write", "Sync", "Async", "Discard", "Total"];

    private readonly string[][] _byOperation;

    /// <param name="numbers">As the kernel names it in figures: <c>8:0</c>.</param>
    /// <param name="device">Its name, <c>/dev/sda</c>.</param>
    public BlockDeviceLabels(string numbers, string device)
    {
        var colon = numbers.IndexOf(':');
        Device = ["device", device];
        _byOperation = [.. Operations.Select(operation => new[] { "device", device, "major", numbers[..colon], "minor", numbers[(colon + 1)..], "operation", operation })];
    }

    public string[] Device { get; }

    /// <summary>Null for an operation that is not known.</summary>
    public string[]? WithOperation(ReadOnlySpan<byte> operation)
    {
        for (var i = 0; i < Operations.Length; i++)
        {
            if (Ascii.Equals(operation, Operations[i]))
            {
                return _byOperation[i];
            }
        }
        return null;
    }
}

/// <summary>Finds block devices' names by their numbers. Not thread-safe.</summary>
internal sealed class BlockDeviceNames(string sysPath)
{
    private readonly NameCache<BlockDeviceLabels> _known = new(numbers => new BlockDeviceLabels(numbers, NameOf(numbers, sysPath)));

    /// <summary>Null where it is no pair of numbers.</summary>
    public BlockDeviceLabels? Of(ReadOnlySpan<byte> numbers) => numbers.IndexOf((byte)':') > 0 ? _known.Get(numbers) : null;

    private static string NameOf(string numbers, string sysPath)
    {
        try
        {
            var link = new DirectoryInfo(Path.Combine(sysPath, "dev/block", numbers)).LinkTarget;
            return link is null ? numbers : "/dev/" + Path.GetFileName(link).Replace('!', '/');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return numbers;
        }
    }
}

/// <summary>Reads and writes on block devices from blkio of version 1; the throttling layer counts them all, whatever schedules them.</summary>
internal sealed class BlockIoReaderV1(string root, BlockDeviceNames devices, CgroupFiles files) : ControllerReader
{
    public override void Read(Cgroup cgroup)
    {
        var directory = cgroup.In(root);
        ReadFile(cgroup, directory, "/blkio.throttle.io_service_bytes", LabelledMetric.FsReadBytes, LabelledMetric.FsWriteBytes, isBytes: true);
        ReadFile(cgroup, directory, "/blkio.throttle.io_serviced", LabelledMetric.FsReads, LabelledMetric.FsWrites, isBytes: false);
    }

    private void ReadFile(Cgroup cgroup, string directory, string file, LabelledMetric reads, LabelledMetric writes, bool isBytes)
    {
        // Kernels before 4.17 have no figure that includes the groups below.
        var text = files.Text(directory, file + "_recursive");
        var lines = new ByteText(text.IsEmpty ? files.Text(directory, file) : text);
        while (lines.TryLine(out var line))
        {
            var fields = new ByteText(line);
            if (!fields.TryField(out var numbers) || !fields.TryField(out var operation) || devices.Of(numbers) is not { } device)
            {
                continue;
            }
            var value = fields.Number();
            if (operation.SequenceEqual("Read"u8))
            {
                cgroup.Add(reads, device.Device, value);
            }
            else if (operation.SequenceEqual("Write"u8))
            {
                cgroup.Add(writes, device.Device, value);
            }
            if (isBytes && device.WithOperation(operation) is { } labels)
            {
                cgroup.Add(LabelledMetric.BlockIoDevice, labels, value);
            }
        }
    }
}

/// <summary>The same from io.stat of version 2: a device a line, with pairs of key and value.</summary>
internal sealed class BlockIoReaderV2(string root, BlockDeviceNames devices, CgroupFiles files) : ControllerReader
{
    public override void Read(Cgroup cgroup)
    {
        var lines = new ByteText(files.Text(cgroup.In(root), "/io.stat"));
        while (lines.TryLine(out var line))
        {
            var fields = new ByteText(line);
            if (!fields.TryField(out var numbers) || devices.Of(numbers) is not { } device)
            {
                continue;
            }
            while (fields.TryField(out var pair))
            {
                var equals = pair.IndexOf((byte)'=');
                if (equals > 0)
                {
                    AddFigure(cgroup, device, pair[..equals], pair[(equals + 1)..]);
                }
            }
        }
    }

    private static void AddFigure(Cgroup cgroup, BlockDeviceLabels device, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (key.SequenceEqual("rbytes"u8))
        {
            AddBytes(cgroup, device, LabelledMetric.FsReadBytes, "Read"u8, ByteText.Number(value));
        }
        else if (key.SequenceEqual("wbytes"u8))
        {
            AddBytes(cgroup, device, LabelledMetric.FsWriteBytes, "Write"u8, ByteText.Number(value));
        }
        else if (key.SequenceEqual("rios"u8))
        {
            cgroup.Add(LabelledMetric.FsReads, device.Device, ByteText.Number(value));
        }
        else if (key.SequenceEqual("wios"u8))
        {
            cgroup.Add(LabelledMetric.FsWrites, device.Device, ByteText.Number(value));
        }
        else if (key.SequenceEqual("dbytes"u8) && device.WithOperation("Discard"u8) is { } discard)
        {
            cgroup.Add(LabelledMetric.BlockIoDevice, discard, ByteText.Number(value));
        }
        else if (key.StartsWith("cost."u8) && CostOf(key) is { } cost)
        {
            cgroup.Add(cost, device.Device, ByteText.Number(value) / 1e6);
        }
    }

    private static void AddBytes(Cgroup cgroup, BlockDeviceLabels device, LabelledMetric metric, ReadOnlySpan<byte> operation, double bytes)
    {
        cgroup.Add(metric, device.Device, bytes);
        cgroup.Add(LabelledMetric.BlockIoDevice, device.WithOperation(operation)!, bytes);
    }

    private static LabelledMetric? CostOf(ReadOnlySpan<byte> key) =>
        key.SequenceEqual("cost.usage"u8) ? LabelledMetric.FsCostUsage
        : key.SequenceEqual("cost.wait"u8) ? LabelledMetric.FsCostWait
        : key.SequenceEqual("cost.indebt"u8) ? LabelledMetric.FsCostIndebt
        : key.SequenceEqual("cost.indelay"u8) ? LabelledMetric.FsCostIndelay
        : null;
}

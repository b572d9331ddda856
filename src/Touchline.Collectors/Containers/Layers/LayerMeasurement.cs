using Touchline.Collectors.Host;
using Touchline.Collectors.Host.Reading;

namespace Touchline.Collectors.Containers.Layers;

/// <summary>Measures layers on the disks of this machine. Thread-safe.</summary>
internal sealed class LayerMeasurement(ContainerOptions options, StatvfsCall statvfs)
{
    /// <summary>As <see cref="LayerMeasure"/>.</summary>
    public LayerUsage Measure(LayerDirectories layer, LayerProgress progress, CancellationToken cancellationToken)
    {
        var path = Path.Join(options.RootFsPath, layer.Writable);
        var writable = new DirectoryWalk(progress, cancellationToken).Measure(path);
        var beside = layer.OwnFolder.Length == 0 ? default : new DirectoryWalk(progress, cancellationToken).Measure(Path.Join(options.RootFsPath, layer.OwnFolder));
        if (statvfs(path, out var problem) is not { } sizes)
        {
            throw new IOException($"{path}: {problem}");
        }
        return new LayerUsage(DeviceOf(layer.Writable), writable.Bytes + beside.Bytes, writable.Inodes, sizes.Size, sizes.Files);
    }

    /// <summary>The source of the innermost mount that has the path, in the view of process 1, or in ours where that may not be read.</summary>
    private string DeviceOf(string path)
    {
        var reader = new FileReader();
        if (!reader.TryRead(options.ProcPath + "/1/mountinfo", out var text) && !reader.TryRead(options.ProcPath + "/self/mountinfo", out text))
        {
            throw new IOException("there is no table of mounts");
        }
        var mount = MountInfo.Parse(text).Where(mount => mount.Has(path)).MaxBy(mount => mount.MountPoint.Length);
        return mount?.Source ?? throw new IOException($"{path} is on no mount");
    }
}

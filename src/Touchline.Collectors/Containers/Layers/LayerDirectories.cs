namespace Touchline.Collectors.Containers.Layers;

/// <summary>Where a container's own disk space lies, as paths of the host.</summary>
/// <param name="Writable">What the container changed of its image.</param>
/// <param name="OwnFolder">What its engine keeps for it beside, as its log; empty where there is none.</param>
internal sealed record LayerDirectories(string Writable, string OwnFolder);

/// <summary>The disk space of a container, as cAdvisor counts it.</summary>
/// <param name="Device">The device of the file system that it lies on.</param>
/// <param name="Bytes">What it takes on disk, holes not counted, hard links once.</param>
/// <param name="Inodes">How many files and directories its writable layer has.</param>
/// <param name="LimitBytes">The size of the file system.</param>
/// <param name="FileSystemInodes">How many inodes the file system has.</param>
internal sealed record LayerUsage(string Device, double Bytes, double Inodes, double LimitBytes, double FileSystemInodes);

/// <summary>How far a measurement is, for who waits for it.</summary>
internal sealed class LayerProgress
{
    private int _entries;

    /// <summary>Files and directories looked at so far.</summary>
    public int Entries => Volatile.Read(ref _entries);

    public void Advance() => Volatile.Write(ref _entries, _entries + 1);
}

/// <summary>Measures a container's disk space. May take long, or hang in the kernel.</summary>
/// <exception cref="IOException">It cannot be measured as a whole; half a count is no count.</exception>
internal delegate LayerUsage LayerMeasure(LayerDirectories layer, LayerProgress progress, CancellationToken cancellationToken);

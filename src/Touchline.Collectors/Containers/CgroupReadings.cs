using Touchline.Collectors.Containers.Cgroups;

namespace Touchline.Collectors.Containers;

/// <summary>
/// Reads all groups of the machine, and keeps them from one collection to the next. A file that cannot be read costs its figures, a
/// group that ends meanwhile costs itself. Called by one thread at a time.
/// </summary>
internal sealed class CgroupReadings
{
    /// <summary>Enough to tell whose network it is, and to count.</summary>
    private const int MaxPids = 1_000;

    private readonly ContainerOptions _options;
    private readonly CgroupHierarchies _hierarchies;
    private readonly CgroupTree _tree;
    private readonly ControllerReader[] _readers;
    private readonly MemoryReader? _memory;
    private readonly KernelLog? _kernelLog;
    private readonly OomCounts _oomCounts = new();
    private readonly Dictionary<string, Cgroup> _byPath = new(StringComparer.Ordinal);
    private readonly Dictionary<Cgroup, List<int>> _pids = [];
    private readonly List<Cgroup> _groups = [];
    private long _round;

    public CgroupReadings(ContainerOptions options, CgroupHierarchies hierarchies, CgroupFiles files)
    {
        _options = options;
        _hierarchies = hierarchies;
        _tree = new CgroupTree(hierarchies);
        _memory = hierarchies.Memory is not { } memory ? null
            : memory.IsUnified ? new MemoryReaderV2(memory.Directory, options.ProcPath, files)
            : new MemoryReaderV1(memory.Directory, files);
        _readers = [.. Readers(files)];
        _kernelLog = KernelLog.TryOpen(options.KernelLogPath);
    }

    /// <summary>What the last call of <see cref="Read"/> found, ordered by path.</summary>
    public IReadOnlyList<Cgroup> Groups => _groups;

    /// <summary>Whether there are more groups than are read.</summary>
    public bool IsCut => _tree.IsCut;

    /// <param name="now">The time of the collection.</param>
    /// <param name="bootSeconds">When the machine started, in seconds since the epoch: no group is older.</param>
    public void Read(DateTimeOffset now, double bootSeconds)
    {
        _round++;
        _groups.Clear();
        _pids.Clear();
        foreach (var path in _kernelLog?.ReadKills() ?? [])
        {
            _oomCounts.NoteKill(path);
        }
        foreach (var path in _tree.List())
        {
            if (!_byPath.TryGetValue(path, out var group))
            {
                _byPath.Add(path, group = new Cgroup(path));
            }
            Read(group, now, bootSeconds);
            if (IsThere(group))
            {
                group.Round = _round;
                _groups.Add(group);
            }
        }
        foreach (var gone in _byPath.Values.Where(group => group.Round != _round).ToList())
        {
            _byPath.Remove(gone.Path);
        }
        CountProcesses();
    }

    /// <summary>The processes that count as a group's: with those of groups below where it is a container, which may have made some.</summary>
    public IReadOnlyList<int> Pids(Cgroup group) => _pids.TryGetValue(group, out var pids) ? pids : group.OwnPids;

    private IEnumerable<ControllerReader> Readers(CgroupFiles files)
    {
        if (_hierarchies.Cpu is { } cpu)
        {
            yield return cpu.IsUnified ? new CpuReaderV2(cpu.Directory, files) : new CpuLimitReaderV1(cpu.Directory, files);
        }
        if (_hierarchies.CpuAccounting is { IsUnified: false } accounting)
        {
            yield return new CpuTimeReaderV1(accounting.Directory, files);
        }
        if (_memory is not null)
        {
            yield return _memory;
        }
        var devices = new BlockDeviceNames(_options.SysPath);
        if (_hierarchies.BlockIo is { } io)
        {
            yield return io.IsUnified ? new BlockIoReaderV2(io.Directory, devices, files) : new BlockIoReaderV1(io.Directory, devices, files);
        }
        yield return new PressureReader(_hierarchies.Unified, _options.ProcPath, files);
        yield return new ProcessReader(_hierarchies, files);
    }

    private void Read(Cgroup group, DateTimeOffset now, double bootSeconds)
    {
        group.Clear();
        foreach (var reader in _readers)
        {
            try
            {
                reader.Read(group);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
            {
                // What one controller's files say or do not say is no reason to leave out the others'.
            }
        }
        if (group.CreatedSeconds == 0)
        {
            group.CreatedSeconds = Created(group, now, bootSeconds);
        }
        group[ContainerMetric.CreationTime] = group.CreatedSeconds;
        group[ContainerMetric.StartTime] = group.CreatedSeconds;
        group[ContainerMetric.LastSeen] = now.ToUnixTimeSeconds();
        group[ContainerMetric.OomEvents] = _oomCounts.Total(group.Path, _memory?.OomKills ?? double.NaN, _kernelLog is not null);
    }

    private bool IsThere(Cgroup group) => _hierarchies.Walked.Any(root => Directory.Exists(group.In(root)));

    /// <summary>
    /// The oldest time that its files show. That of the directory changes with each group that is made in it, that of a file which nobody
    /// writes to does not.
    /// </summary>
    private double Created(Cgroup group, DateTimeOffset now, double bootSeconds)
    {
        var oldest = now.UtcDateTime;
        foreach (var root in _hierarchies.Walked)
        {
            var directory = group.In(root);
            foreach (var path in new[] { directory, directory + "/cgroup.clone_children", directory + "/cgroup.events" })
            {
                // A file that is not there is as old as the year 1601.
                var written = File.GetLastWriteTimeUtc(path);
                oldest = written.Year > 1970 && written < oldest ? written : oldest;
            }
        }
        return Math.Max(new DateTimeOffset(oldest).ToUnixTimeSeconds(), bootSeconds);
    }

    private void CountProcesses()
    {
        foreach (var group in _groups)
        {
            group[ContainerMetric.Processes] = group.OwnProcesses;
        }
        foreach (var group in _groups)
        {
            if (group.OwnProcesses == 0)
            {
                continue;
            }
            for (var slash = group.Path.LastIndexOf('/'); slash > 0; slash = group.Path.LastIndexOf('/', slash - 1))
            {
                if (_byPath.TryGetValue(group.Path[..slash], out var above) && above.Name.IsContainer && above.Round == _round)
                {
                    above[ContainerMetric.Processes] += group.OwnProcesses;
                    if (!_pids.TryGetValue(above, out var pids))
                    {
                        _pids.Add(above, pids = [.. above.OwnPids]);
                    }
                    pids.AddRange(group.OwnPids.Take(MaxPids - Math.Min(MaxPids, pids.Count)));
                }
            }
        }
    }
}

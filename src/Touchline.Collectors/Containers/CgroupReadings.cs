using Touchline.Collectors.Containers.Cgroups;

namespace Touchline.Collectors.Containers;

/// <summary>
/// Reads all groups of the machine, and keeps them from one collection to the next. A file that cannot be read costs its figures, a
/// group that ends meanwhile costs itself. Called by one thread at a time.
/// </summary>
internal sealed class CgroupReadings : IDisposable
{
    /// <summary>Enough to tell whose network it is, and to count.</summary>
    private const int MaxPids = 1_000;

    private readonly ContainerOptions _options;
    private readonly ContainerNames _names;
    private readonly CgroupFiles _files;
    private readonly BlockDeviceNames _devices;
    private readonly KernelLog? _kernelLog;
    private readonly OomCounts _oomCounts = new();
    private readonly Dictionary<string, Cgroup> _byPath = new(StringComparer.Ordinal);
    private readonly Dictionary<Cgroup, List<int>> _pids = [];
    private readonly List<Cgroup> _groups = [];
    private CgroupHierarchies _hierarchies = new();
    private IReadOnlyList<string> _roots = [];
    private CgroupTree _tree;
    private ControllerReader[] _readers = [];
    private MemoryReader? _memory;
    private long _round;

    public CgroupReadings(ContainerOptions options, ContainerNames names, CgroupFiles files)
    {
        (_options, _names, _files) = (options, names, files);
        _tree = new CgroupTree(_hierarchies);
        _devices = new BlockDeviceNames(options.SysPath);
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
        Follow(CgroupHierarchies.Find(_options.CgroupRoot));
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
                _byPath.Add(path, group = new Cgroup(path, _options));
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

    public void Dispose() => _kernelLog?.Dispose();

    /// <summary>Controllers are mounted, and moved to version 2, while we run.</summary>
    private void Follow(CgroupHierarchies found)
    {
        if (found == _hierarchies)
        {
            return;
        }
        _hierarchies = found;
        _roots = found.Walked();
        _tree = new CgroupTree(found);
        _memory = found.Memory is not { } memory ? null
            : memory.IsUnified ? new MemoryReaderV2(memory.Directory, _options.ProcPath, _files)
            : new MemoryReaderV1(memory.Directory, _files);
        _readers = [.. Readers(), .. ReadersOnDemand()];
    }

    private IEnumerable<ControllerReader> Readers()
    {
        if (_hierarchies.Cpu is { } cpu)
        {
            yield return cpu.IsUnified ? new CpuReaderV2(cpu.Directory, _files) : new CpuLimitReaderV1(cpu.Directory, _files);
        }
        if (_hierarchies.CpuAccounting is { IsUnified: false } accounting)
        {
            yield return new CpuTimeReaderV1(accounting.Directory, _options.Metrics.HasFlag(ContainerMetricKinds.PerCpu), _files);
        }
        if (_memory is not null)
        {
            yield return _memory;
        }
        if (_hierarchies.BlockIo is { } io)
        {
            yield return io.IsUnified ? new BlockIoReaderV2(io.Directory, _devices, _files) : new BlockIoReaderV1(io.Directory, _devices, _files);
        }
        yield return new PressureReader(_hierarchies.Unified, _options.ProcPath, _files);
        yield return new ProcessReader(_hierarchies, _files);
    }

    /// <summary>Those of figures that few ask for.</summary>
    private IEnumerable<ControllerReader> ReadersOnDemand()
    {
        if (_options.Metrics.HasFlag(ContainerMetricKinds.Hugetlb) && _hierarchies.Hugetlb is { } huge)
        {
            yield return huge.IsUnified ? new HugetlbReaderV2(huge.Directory, _options.SysPath, _files) : new HugetlbReaderV1(huge.Directory, _options.SysPath, _files);
        }
        if (_options.Metrics.HasFlag(ContainerMetricKinds.MemoryNuma) && _hierarchies.Memory is { } memory)
        {
            yield return memory.IsUnified ? new NumaReaderV2(memory.Directory, _files) : new NumaReaderV1(memory.Directory, _files);
        }
    }

    private void Read(Cgroup group, DateTimeOffset now, double bootSeconds)
    {
        group.Clear();
        _names.Claim(group);
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

    private bool IsThere(Cgroup group) => _roots.Any(root => Directory.Exists(group.In(root)));

    /// <summary>
    /// The oldest time that its files show. That of the directory changes with each group that is made in it, that of a file which nobody
    /// writes to does not.
    /// </summary>
    private double Created(Cgroup group, DateTimeOffset now, double bootSeconds)
    {
        var oldest = now.UtcDateTime;
        foreach (var root in _roots)
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

using Microsoft.Extensions.Logging;
using Touchline.Collectors.Containers.Cgroups;
using Touchline.Collectors.Containers.Engines;
using Touchline.Collectors.Containers.Layers;
using Touchline.Collectors.Host;
using Touchline.Model;

namespace Touchline.Collectors.Containers;

/// <summary>
/// Watches containers, and all other groups of processes that the kernel counts for, with the metrics of cAdvisor. Figures come from the
/// kernel alone, names from engines where they answer. Thread-safe.
/// </summary>
public sealed class ContainerCollector : IMetricSource, IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly ContainerOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<ContainerCollector> _logger;
    private readonly IReadOnlyList<EngineWatch> _watches;
    private readonly ContainerNames _names;
    private readonly EngineMetrics _engineMetrics;
    private readonly ContainerUsage _usage;
    private readonly MachineReader _machine;
    private readonly FilesystemReader _filesystems;
    private readonly ProcessFigures _processes;
    private readonly LayerWatch _layerWatch;
    private readonly LayerFigures _layers;
    private readonly MetricBuffer _output = new();
    private readonly CgroupFiles _files = new();
    private CgroupReadings? _readings;
    private Task _work = Task.CompletedTask;
    private IReadOnlyList<ContainerSnapshot> _containers = [];
    private string _problem = "";
    private bool _isStarted;
    private bool _isCut;
    private bool _isDisposed;

    public ContainerCollector(ContainerOptions options, TimeProvider time, ILogger<ContainerCollector> logger)
        : this(options, Engines(options, time), Statvfs.Call, time, logger)
    {
    }

    internal ContainerCollector(
        ContainerOptions options, IEnumerable<IContainerEngine> engines, StatvfsCall statvfs, TimeProvider time, ILogger<ContainerCollector> logger)
    {
        (_options, _time, _logger) = (options, time, logger);
        _watches = [.. engines.Select(engine => new EngineWatch(engine, options, time, logger))];
        _names = new ContainerNames(_watches);
        _engineMetrics = new EngineMetrics(_watches);
        _usage = new ContainerUsage(time);
        _machine = new MachineReader(options, _files);
        _filesystems = new FilesystemReader(
            new HostOptions { ProcPath = options.ProcPath, SysPath = options.SysPath, RootFsPath = options.RootFsPath }, statvfs);
        _processes = new ProcessFigures(options);
        _layerWatch = new LayerWatch(new LayerMeasurement(options, statvfs).Measure, time, logger);
        _layers = new LayerFigures(options, _names, _layerWatch);
    }

    /// <summary>What reading everything may take before it counts as hanging in the kernel. Thousands of groups on a busy machine take seconds.</summary>
    internal TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the first collection waits for engines, so that series do not begin without names.</summary>
    internal TimeSpan FirstNames { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>When what is measured of disk space in the background is done, for tests.</summary>
    internal Task LayersMeasured => _layerWatch.Round;

    /// <summary>Whether there is anything to watch: groups of the kernel, or an engine's socket.</summary>
    public bool IsVisible => CgroupHierarchies.Find(_options.CgroupRoot).IsVisible || _watches.Any(watch => File.Exists(watch.Engine.Socket));

    /// <summary>All containers as of the last collection: those that run, and those that an engine knows of that do not.</summary>
    public IReadOnlyList<ContainerSnapshot> Containers => Volatile.Read(ref _containers);

    public void Collect(IMetricWriter writer, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            Start(cancellationToken);
            var problem = Run(cancellationToken);
            if (problem.Length > 0 && _problem.Length == 0)
            {
                _logger.LogWarning("containers are not collected: {Problem}", problem);
            }
            else if (problem.Length == 0 && _problem.Length > 0)
            {
                _logger.LogInformation("containers are collected again");
            }
            _problem = problem;
            if (_work.IsCompleted)
            {
                _output.WriteTo(writer);
            }
            writer.Family("container_scrape_error", MetricType.Gauge, "1 if there was an error while getting container metrics, 0 otherwise");
            writer.Sample(problem.Length > 0 ? 1 : 0);
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }
            _isDisposed = true;
        }
        foreach (var watch in _watches)
        {
            await watch.DisposeAsync();
        }
        await _layerWatch.DisposeAsync();
        // One that hangs in the kernel is not waited for; it lets go of its files when it comes back.
        _ = _work.ContinueWith(_ => Release(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private void Release()
    {
        _readings?.Dispose();
        _filesystems.Dispose();
    }

    private static IEnumerable<IContainerEngine> Engines(ContainerOptions options, TimeProvider time)
    {
        var environment = new EnvironmentChoice(options.EnvironmentToStore);
        // In the order of how well they know a container that several know.
        return
        [
            .. options.DockerSockets.Select(socket => new DockerEngine(socket, time, environment)),
            .. options.CriSockets.Select(socket => new CriEngine(socket, options.RootFsPath, time, environment)),
            .. options.CriSockets.Select(socket => new ContainerdEngine(socket, environment)),
        ];
    }

    private void Start(CancellationToken cancellationToken)
    {
        if (_isStarted)
        {
            return;
        }
        _isStarted = true;
        foreach (var watch in _watches)
        {
            watch.Start();
        }
        Task.WaitAll([.. _watches.Select(watch => watch.Asked)], (int)FirstNames.TotalMilliseconds, cancellationToken);
    }

    /// <summary>Reads on a thread of its own: one that hangs in the kernel is left behind. Gives what went wrong, empty where nothing did.</summary>
    private string Run(CancellationToken cancellationToken)
    {
        var isNew = _work.IsCompleted;
        if (isNew)
        {
            _output.Clear();
            _work = Task.Factory.StartNew(ReadAll, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        try
        {
            // What hung at the last collection has used its patience up: nobody waits for it again.
            return _work.Wait(isNew ? Patience : TimeSpan.Zero, cancellationToken) ? "" : "reading control groups hangs";
        }
        catch (AggregateException e)
        {
            _output.Clear();
            return e.InnerException!.Message;
        }
    }

    private void ReadAll()
    {
        _readings ??= new CgroupReadings(_options, _names, _files);
        _readings.Read(_time.GetUtcNow(), _machine.BootSeconds());
        var groups = _readings.Groups;
        foreach (var group in groups)
        {
            _names.Apply(group);
            _usage.Note(group);
        }
        _processes.Read(groups, _readings.Pids);
        if (_options.Metrics.HasFlag(ContainerMetricKinds.Disk))
        {
            _layers.Read(groups.Where(group => group.Name.IsContainer), _readings.Pids);
        }
        if ((_options.Metrics & (ContainerMetricKinds.Disk | ContainerMetricKinds.DiskIo)) != 0)
        {
            ReadDisks(groups);
        }
        if (_readings.IsCut && !_isCut)
        {
            _logger.LogWarning("there are more than {Most} control groups, or they are too deep; the others are left out", CgroupTree.MaxGroups);
        }
        _isCut = _readings.IsCut;
        _machine.Write(_output, _watches.FirstOrDefault(watch => watch.Engine is DockerEngine && watch.Engine.Version.Length > 0)?.Engine.Version ?? "");
        ContainerFigures.Write(groups, _options.Metrics, _output);
        _engineMetrics.Write(_output);
        Volatile.Write(ref _containers, ContainerSnapshots.Of(groups, _watches, _names, _usage));
    }

    private void ReadDisks(IReadOnlyList<Cgroup> groups)
    {
        try
        {
            if (groups.FirstOrDefault(group => group.IsRoot) is { } root)
            {
                _filesystems.Read(root);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            _logger.LogDebug("the machine's disks are missing: {Problem}", e.Message);
        }
    }
}

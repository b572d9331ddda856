using Touchline.Collectors.Containers.Layers;

namespace Touchline.Collectors.Containers.Cgroups;

/// <summary>
/// A group, with what was read of it at the last collection and what is kept from one to the next. Not thread-safe.
/// </summary>
internal sealed class Cgroup
{
    private readonly double[] _values = new double[ContainerMetrics.Single.Length];
    private readonly List<LabelledValue>[] _labelled = new List<LabelledValue>[ContainerMetrics.Labelled.Length];

    public Cgroup(string path, ContainerOptions options)
    {
        Path = path;
        Name = CgroupName.Of(path);
        Labels = new SeriesLabels(path, options);
        for (var i = 0; i < _labelled.Length; i++)
        {
            _labelled[i] = [];
        }
        Clear();
    }

    /// <summary>Below the mount of its hierarchy; <c>/</c> is the root. It is the label <c>id</c> of every series.</summary>
    public string Path { get; }

    /// <summary>What the path says, until an engine says more.</summary>
    public CgroupName Name { get; set; }

    public SeriesLabels Labels { get; }

    public bool IsRoot => Path.Length == 1;

    /// <summary>Since the epoch, as old as the group is; 0 before it was looked at.</summary>
    public double CreatedSeconds { get; set; }

    /// <summary>The collection that saw it last.</summary>
    public long Round { get; set; }

    /// <summary>The processes in it, without those of groups below; at most as many as anybody looks at.</summary>
    public List<int> OwnPids { get; } = [];

    /// <summary>How many processes are in it, those that <see cref="OwnPids"/> has no room for counted too.</summary>
    public int OwnProcesses { get; set; }

    /// <summary>Where its own disk space is; null where it has none, or before it was looked for.</summary>
    public FoundLayer? Layer { get; set; }

    /// <summary>What the walk through its processes' files found; that is kept where a collection has no time for it.</summary>
    public ProcessDetails? Details { get; set; }

    /// <summary>NaN where it is not known.</summary>
    public double this[ContainerMetric metric]
    {
        get => _values[(int)metric];
        set => _values[(int)metric] = value;
    }

    public List<LabelledValue> this[LabelledMetric metric] => _labelled[(int)metric];

    /// <param name="metric">What is counted.</param>
    /// <param name="extraLabels">Names and values beyond those of the group. The same array for the same labels each time, as their series is found by it.</param>
    /// <param name="value">The figure.</param>
    public void Add(LabelledMetric metric, string[] extraLabels, double value) =>
        _labelled[(int)metric].Add(new LabelledValue(extraLabels, value));

    /// <summary>As <see cref="Add"/>, where the figure is not NaN.</summary>
    public void AddKnown(LabelledMetric metric, string[] extraLabels, double value)
    {
        if (!double.IsNaN(value))
        {
            Add(metric, extraLabels, value);
        }
    }

    /// <summary>The directory of the group in a hierarchy.</summary>
    public string In(string hierarchy) => IsRoot ? hierarchy : hierarchy + Path;

    /// <summary>Forgets what was read.</summary>
    public void Clear()
    {
        Array.Fill(_values, double.NaN);
        foreach (var values in _labelled)
        {
            values.Clear();
        }
        OwnPids.Clear();
        OwnProcesses = 0;
    }

    /// <summary>A figure with the labels that tell it from others of its kind.</summary>
    public readonly record struct LabelledValue(string[] ExtraLabels, double Value);
}

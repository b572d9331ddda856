using Touchline.Collectors.Containers.Cgroups;

namespace Touchline.Collectors.Containers;

/// <summary>How many processors each container uses, from two looks at its CPU time. Not thread-safe.</summary>
internal sealed class ContainerUsage(TimeProvider time)
{
    /// <summary>Looks that are closer than this say little.</summary>
    private static readonly TimeSpan LeastDistance = TimeSpan.FromSeconds(1);

    private readonly System.Runtime.CompilerServices.ConditionalWeakTable<Cgroup, Look> _looks = [];

    public void Note(Cgroup group)
    {
        if (group[LabelledMetric.CpuUsage].Count == 0)
        {
            // Not to be read this once, or never used: neither says that it began anew.
            return;
        }
        var seconds = group[LabelledMetric.CpuUsage].Sum(value => value.Value);
        var now = time.GetTimestamp();
        if (!_looks.TryGetValue(group, out var last))
        {
            _looks.Add(group, new Look { Seconds = seconds, At = now });
            return;
        }
        if (seconds < last.Seconds)
        {
            // The group was made again under the same path, as that of a container which is restarted.
            group.CreatedSeconds = 0;
            (last.Seconds, last.At, last.Cores) = (seconds, now, null);
        }
        else if (time.GetElapsedTime(last.At, now) is var distance && distance >= LeastDistance)
        {
            (last.Cores, last.Seconds, last.At) = ((seconds - last.Seconds) / distance.TotalSeconds, seconds, now);
        }
    }

    /// <summary>Null until it was looked at twice.</summary>
    public double? Cores(Cgroup group) => _looks.TryGetValue(group, out var look) ? look.Cores : null;

    private sealed class Look
    {
        public double Seconds { get; set; }

        public long At { get; set; }

        public double? Cores { get; set; }
    }
}

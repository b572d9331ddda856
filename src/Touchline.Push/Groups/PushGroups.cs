using Touchline.Model;
using Touchline.Scraping.Families;

namespace Touchline.Push.Groups;

/// <summary>
/// All groups, as Pushgateway keeps them: the last push of each stands until it is replaced or deleted, however old it is. Thread-safe.
/// </summary>
public sealed class PushGroups(PushOptions options, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<GroupingKey, PushGroup> _groups = [];
    private int _series;
    private long _text;

    /// <summary>Goes up with each change.</summary>
    public long Version { get; private set; }

    public long Taken { get; private set; }

    public long Refused { get; private set; }

    public int SeriesCount
    {
        get
        {
            lock (_lock)
            {
                return _series;
            }
        }
    }

    /// <summary>All groups as they are now, sorted by their labels.</summary>
    public IReadOnlyList<PushGroup> Snapshot()
    {
        lock (_lock)
        {
            return [.. _groups.Values.OrderBy(group => group.Key.Text, StringComparer.Ordinal)];
        }
    }

    /// <summary>Takes a push, all of it or nothing.</summary>
    /// <param name="key">Which group.</param>
    /// <param name="families">Belong to the groups from here on, with labels of the key added.</param>
    /// <param name="replace">Whether it replaces all that the group has (PUT), or families of the same names (POST).</param>
    /// <returns>Why it is refused, in the words of Pushgateway; empty where it is taken.</returns>
    public string Push(GroupingKey key, IReadOnlyList<MetricFamily> families, bool replace)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            var group = _groups.GetValueOrDefault(key) ?? PushGroup.Empty(key);
            var next = group;
            var error = families.Any(family => family.Metrics.Exists(metric => metric.TimestampMs is not null))
                ? "pushed metrics must not have timestamps"
                : "";
            if (error.Length == 0)
            {
                next = group.With(Own(families, key), replace, now);
                error = _series + next.SeriesCount - group.SeriesCount > options.MaxSeries
                    ? $"groups hold at most {options.MaxSeries} series together, and this push would make more: delete groups that nobody needs"
                    : _text + next.TextLength - group.TextLength > options.MaxTextCharacters
                    ? $"groups hold at most {options.MaxTextCharacters} characters of labels and helps together, and this push would make more: delete groups that nobody needs"
                    : Inconsistency(next, families);
            }
            if (error.Length > 0)
            {
                Refused++;
                // A group that only failures make is bounded as any other.
                var failed = group.WithFailure(now);
                next = _groups.ContainsKey(key) || (_series + failed.SeriesCount <= options.MaxSeries && _text + failed.TextLength <= options.MaxTextCharacters) ? failed : group;
                error = "pushed metrics are invalid or inconsistent with existing metrics: " + error;
            }
            else
            {
                Taken++;
            }
            Set(key, next);
            return error;
        }
    }

    /// <summary>Notes that a body came for a group which cannot be read. The group itself stays as it is.</summary>
    public void CountRefused()
    {
        lock (_lock)
        {
            Refused++;
        }
    }

    public void Delete(GroupingKey key)
    {
        lock (_lock)
        {
            if (_groups.Remove(key, out var group))
            {
                _series -= group.SeriesCount;
                _text -= group.TextLength;
                Version++;
            }
        }
    }

    public void Wipe()
    {
        lock (_lock)
        {
            _groups.Clear();
            (_series, _text) = (0, 0);
            Version++;
        }
    }

    /// <summary>Puts back what was kept over a restart. Called before anything is pushed.</summary>
    public void Restore(IEnumerable<PushGroup> groups)
    {
        lock (_lock)
        {
            foreach (var group in groups.TakeWhile(g => _series + g.SeriesCount <= options.MaxSeries))
            {
                Set(group.Key, group);
            }
            Version = 0;
        }
    }

    /// <summary>The families of all groups as one exposition, sorted by name and labels. Of different helps the first stands.</summary>
    public IReadOnlyList<MetricFamily> Families()
    {
        var merged = new SortedDictionary<string, MetricFamily>(StringComparer.Ordinal);
        foreach (var pushed in Snapshot().SelectMany(group => group.Families.Values))
        {
            var family = pushed.Family;
            if (!merged.TryGetValue(family.Name, out var whole))
            {
                whole = new MetricFamily(family.Name) { Help = family.Help, Type = family.Type };
                merged.Add(family.Name, whole);
            }
            whole.Help ??= family.Help;
            whole.Metrics.AddRange(family.Metrics);
        }
        foreach (var family in merged.Values)
        {
            family.Metrics.Sort(ByLabelValues);
        }
        return [.. merged.Values];
    }

    /// <summary>The order of an exposition of the client library: by number of labels, then by their values.</summary>
    private static int ByLabelValues(FamilyMetric a, FamilyMetric b)
    {
        if (a.Labels.Count != b.Labels.Count)
        {
            return a.Labels.Count.CompareTo(b.Labels.Count);
        }
        for (var i = 0; i < a.Labels.Count; i++)
        {
            var order = string.CompareOrdinal(a.Labels[i].Value, b.Labels[i].Value);
            if (order != 0)
            {
                return order;
            }
        }
        return 0;
    }

    /// <summary>The families that a group may have: those that tell of pushes are the gateway's own.</summary>
    private static List<MetricFamily> Own(IReadOnlyList<MetricFamily> families, GroupingKey key)
    {
        foreach (var metric in families.SelectMany(family => family.Metrics))
        {
            PushGroup.Complete(metric, key);
        }
        return [.. families.Where(family => family.Name is not (PushGroup.PushTime or PushGroup.FailureTime))];
    }

    private string Inconsistency(PushGroup next, IReadOnlyList<MetricFamily> families)
    {
        var others = _groups.Values.Where(group => group.Key != next.Key).ToList();
        // What stays in the group is checked against what comes, as is what others have.
        var names = families.Select(family => family.Name).ToHashSet(StringComparer.Ordinal);
        others.Add(next with { Families = next.Families.Where(pair => !names.Contains(pair.Key)).ToDictionary() });
        return new PushConsistency(others).Check([.. families.Where(family => family.Name is not (PushGroup.PushTime or PushGroup.FailureTime))]);
    }

    private void Set(GroupingKey key, PushGroup group)
    {
        var before = _groups.GetValueOrDefault(key) ?? PushGroup.Empty(key);
        _series += group.SeriesCount - before.SeriesCount;
        _text += group.TextLength - before.TextLength;
        if (group.Families.Count > 0)
        {
            _groups[key] = group;
        }
        Version++;
    }
}

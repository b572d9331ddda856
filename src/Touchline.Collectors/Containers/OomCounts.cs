namespace Touchline.Collectors.Containers;

/// <summary>
/// How many processes of each group were killed for memory, from the kernel's log and from the groups' own counters. A group that is made again
/// (a container that was restarted) begins at 0 with its own counter; the count here goes on. Not thread-safe.
/// </summary>
internal sealed class OomCounts
{
    private const int MaxGroups = 20_000;

    private readonly Dictionary<string, Count> _byPath = new(StringComparer.Ordinal);

    /// <summary>Takes note of a kill that the kernel's log tells of.</summary>
    public void NoteKill(string path) => Of(path).Logged++;

    /// <summary>The count of a group, with what its own counter says now (NaN where it has none).</summary>
    /// <param name="path">The group.</param>
    /// <param name="own">Its own counter.</param>
    /// <param name="hasLog">Whether the kernel's log is read.</param>
    public double Total(string path, double own, bool hasLog)
    {
        var count = Of(path);
        if (!double.IsNaN(own))
        {
            if (own < count.LastOwn)
            {
                count.EarlierOwn += count.LastOwn;
            }
            count.LastOwn = own;
        }
        if (!count.IsSeen)
        {
            // What happened before we looked is in the group's counter only.
            count.IsSeen = true;
            count.BeforeLog = Math.Max(0, count.LastOwn - count.Logged);
        }
        return hasLog ? count.BeforeLog + count.Logged : count.EarlierOwn + count.LastOwn;
    }

    private Count Of(string path)
    {
        if (!_byPath.TryGetValue(path, out var count))
        {
            if (_byPath.Count >= MaxGroups)
            {
                Forget();
            }
            _byPath.Add(path, count = new Count());
        }
        return count;
    }

    /// <summary>Groups that lost nothing begin again where they are; only where most lost something, their counts are gone.</summary>
    private void Forget()
    {
        foreach (var path in _byPath.Where(known => known.Value.IsNothing).Select(known => known.Key).ToList())
        {
            _byPath.Remove(path);
        }
        if (_byPath.Count >= MaxGroups / 2)
        {
            _byPath.Clear();
        }
    }

    private sealed class Count
    {
        public long Logged { get; set; }

        public double BeforeLog { get; set; }

        public double LastOwn { get; set; }

        public double EarlierOwn { get; set; }

        public bool IsSeen { get; set; }

        public bool IsNothing => Logged == 0 && LastOwn == 0 && EarlierOwn == 0;
    }
}

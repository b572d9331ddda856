namespace Touchline.Differential.Host;

/// <summary>What two expositions of the same host differ in: families missing and extra, what they are, their series, and values.</summary>
internal static class ExpositionComparison
{
    // Gauges move both ways between two reads; what moves at all is compared within this much.
    private const double GaugeTolerance = 0.1;

    /// <summary>Families of which only the presence is compared: they say what is so at the very moment of reading, or how long reading took.</summary>
    private static readonly HashSet<string> Momentary =
    [
        "node_procs_running", "node_procs_blocked", "node_disk_io_now", "node_scrape_collector_duration_seconds", "node_tcp_connection_states",
        "node_processes_state", "node_processes_threads_state", "node_processes_threads", "node_processes_pids", "node_udp_queues",
        "node_netstat_Tcp_CurrEstab", "node_buddyinfo_blocks",
        // Theirs asks the bus and the kernel over sockets of its own while it counts them.
        "node_sockstat_sockets_used",
    ];

    /// <summary>Families whose series come and go from moment to moment, such as states that a process is in.</summary>
    private static readonly HashSet<string> Fleeting = ["node_tcp_connection_states", "node_processes_state", "node_processes_threads_state"];

    /// <summary>
    /// Each difference as <c>name: what it is</c>. What theirs says must lie between what ours said before it and after it.
    /// </summary>
    public static IEnumerable<string> Differences(Exposition before, Exposition theirs, Exposition after) =>
        Families(theirs, after).Concat(Series(before, theirs, after));

    private static IEnumerable<string> Families(Exposition theirs, Exposition ours)
    {
        foreach (var (name, (type, help)) in theirs.Families)
        {
            if (!ours.Families.TryGetValue(name, out var own))
            {
                yield return $"{name}: the family is missing";
            }
            else if (own != (type, help))
            {
                yield return $"{name}: is {own}, theirs {(type, help)}";
            }
        }
        foreach (var name in ours.Families.Keys.Except(theirs.Families.Keys))
        {
            yield return $"{name}: the family is extra";
        }
    }

    private static IEnumerable<string> Series(Exposition before, Exposition theirs, Exposition after)
    {
        foreach (var (series, value) in theirs.Samples.Where(sample => !Fleeting.Contains(Exposition.FamilyOf(sample.Key))))
        {
            if (!before.Samples.TryGetValue(series, out var first) || !after.Samples.TryGetValue(series, out var last))
            {
                yield return $"{series}: the series is missing";
            }
            else if (!Agrees(series, theirs, value, first, last))
            {
                yield return FormattableString.Invariant($"{series}: is {value:R}, between our {first:R} and {last:R}");
            }
        }
        foreach (var series in after.Samples.Keys.Except(theirs.Samples.Keys).Where(series => !Fleeting.Contains(Exposition.FamilyOf(series))))
        {
            yield return $"{series}: the series is extra";
        }
    }

    private static bool Agrees(string series, Exposition exposition, double theirs, double first, double last)
    {
        var family = Exposition.FamilyOf(series);
        if (Momentary.Contains(family) || theirs.Equals(first) || theirs.Equals(last))
        {
            return true;
        }
        var (low, high) = (Math.Min(first, last), Math.Max(first, last));
        if (low <= theirs && theirs <= high)
        {
            return true;
        }
        var moves = exposition.Families.GetValueOrDefault(family).Type is "gauge" or "untyped" && first != last;
        return moves && Math.Abs(theirs - first) <= GaugeTolerance * Math.Max(Math.Abs(theirs), Math.Abs(first));
    }
}

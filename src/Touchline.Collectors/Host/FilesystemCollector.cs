using System.Diagnostics;
using Touchline.Model;

namespace Touchline.Collectors.Host;

/// <summary>
/// Sizes of mounted filesystems. A mount that does not answer (a dead server) is reported as in error and not asked again until the
/// question already under way is answered, so that threads do not pile up behind it.
/// </summary>
internal sealed class FilesystemCollector(HostOptions options, StatvfsCall statvfs) : NodeCollector("filesystem")
{
    // Together below what the host collector grants, so that a dead mount is named here and does not fail the whole collector.
    private static readonly TimeSpan MostPatience = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan LeastPatience = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan MostForAll = TimeSpan.FromMilliseconds(500);
    private const int MaxStuck = 16;

    private readonly MountTable _mounts = new(options);
    private readonly GuardedThread _thread = new("statvfs");
    private readonly Dictionary<string, StatvfsRound> _stuck = new(StringComparer.Ordinal);
    private readonly List<(Mount Mount, FilesystemSizes? Sizes, string Error)> _answers = [];
    private readonly TimeSpan _patience = Patience(options);
    private HashSet<string> _answering = new(StringComparer.Ordinal);
    private StatvfsRound _round = new(statvfs, options.RootFsPath);

    public override void Collect(IMetricWriter writer)
    {
        foreach (var answered in _stuck.Where(stuck => stuck.Value.IsDone).Select(stuck => stuck.Key).ToList())
        {
            _stuck.Remove(answered);
        }
        _answers.Clear();
        Ask(_mounts.Read());
        _answering = _answers.Where(answer => answer.Error is not (StatvfsRound.Timeout or StatvfsRound.TooMany))
            .Select(answer => answer.Mount.MountPoint).ToHashSet(StringComparer.Ordinal);
        WriteAll(writer);
    }

    public override void Dispose() => _thread.Dispose();

    private static TimeSpan Patience(HostOptions options)
    {
        PrometheusDuration.TryParse(options.Flags.Text(FilesystemFlags.MountTimeout), out var milliseconds);
        var asked = TimeSpan.FromMilliseconds(milliseconds);
        return asked < MostPatience ? asked : MostPatience;
    }

    /// <summary>
    /// Asks all mounts on one thread; where one hangs, the rest is asked by another. Where many hang, only those are asked that answered
    /// before, since each of the others may take another thread.
    /// </summary>
    private void Ask(ReadOnlyMemory<Mount> mounts)
    {
        var patience = _patience;
        var started = Stopwatch.GetTimestamp();
        while (!mounts.IsEmpty)
        {
            var isFull = _stuck.Count >= MaxStuck || Stopwatch.GetElapsedTime(started) > MostForAll;
            _round.Begin(mounts, _stuck.Keys.ToHashSet(StringComparer.Ordinal), isFull ? _answering : null);
            _thread.TryRun(_round.Work, patience, _round.Progress);
            var answered = _round.Progress();
            _answers.AddRange(_round.Answers(answered));
            if (answered == mounts.Length)
            {
                return;
            }
            var hanging = mounts.Span[answered];
            _stuck[hanging.MountPoint] = _round;
            _round.Abandon();
            _round = new StatvfsRound(statvfs, options.RootFsPath);
            _answers.Add((hanging, null, StatvfsRound.Timeout));
            mounts = mounts[(answered + 1)..];
            // The first dead mount uses the patience up, so that many of them together cost hardly more.
            patience = LeastPatience;
        }
    }

    private void WriteAll(IMetricWriter writer)
    {
        Write(writer, "node_filesystem_avail_bytes", "Filesystem space available to non-root users in bytes.", sizes => sizes.Available);
        writer.Family("node_filesystem_device_error", MetricType.Gauge, "Whether an error occurred while getting statistics for the given device.");
        foreach (var (mount, sizes, error) in _answers)
        {
            writer.Sample(sizes is null ? 1 : 0, mount.Labels(error));
        }
        Write(writer, "node_filesystem_files", "Filesystem total file nodes.", sizes => sizes.Files);
        Write(writer, "node_filesystem_files_free", "Filesystem total free file nodes.", sizes => sizes.FilesFree);
        Write(writer, "node_filesystem_free_bytes", "Filesystem free space in bytes.", sizes => sizes.Free);
        writer.Family("node_filesystem_mount_info", MetricType.Gauge, "Filesystem mount information.");
        foreach (var (mount, sizes, _) in _answers)
        {
            if (sizes is not null)
            {
                writer.Sample(1, "device", mount.Device, "major", mount.Major, "minor", mount.Minor, "mountpoint", mount.MountPoint);
            }
        }
        Write(writer, "node_filesystem_purgeable_bytes", "Filesystem space available including purgeable space (MacOS specific).", _ => 0);
        writer.Family("node_filesystem_readonly", MetricType.Gauge, "Filesystem read-only status.");
        foreach (var (mount, _, error) in _answers)
        {
            writer.Sample(mount.IsReadOnly ? 1 : 0, mount.Labels(error));
        }
        Write(writer, "node_filesystem_size_bytes", "Filesystem size in bytes.", sizes => sizes.Size);
    }

    private void Write(IMetricWriter writer, string name, string help, Func<FilesystemSizes, double> value)
    {
        writer.Family(name, MetricType.Gauge, help);
        foreach (var (mount, sizes, error) in _answers)
        {
            if (sizes is { } known)
            {
                writer.Sample(value(known), mount.Labels(error));
            }
        }
    }
}

using Microsoft.Extensions.Logging;
using Touchline.Configuration;
using Touchline.Fetching;
using Touchline.Model;

namespace Touchline.Scraping.Discovery;

/// <summary>
/// The target groups of one file_sd_config. Files are looked at often and read again when they changed; one that cannot be read as
/// a whole (half written, say) keeps the groups that it last had. Not thread-safe.
/// </summary>
internal sealed class FileDiscovery(FileDiscoveryConfig config, ILogger logger, TimeProvider time)
{
    private const string FilePathLabel = LabelNames.MetaPrefix + "filepath";

    private readonly Dictionary<string, KnownFile> _files = new(StringComparer.Ordinal);

    public DiscoveryHealth Health { get; } = new("file_sd_configs", string.Join(", ", config.Files), logger, time);

    /// <summary>How often to look: a glance costs one stat a file, so that an edit takes effect long before the refresh interval.</summary>
    public TimeSpan PollInterval { get; } = TimeSpan.FromMilliseconds(Math.Clamp(config.RefreshIntervalMs, 1, 5_000));

    public IEnumerable<StaticConfig> Groups => _files.OrderBy(f => f.Key, StringComparer.Ordinal).SelectMany(f => f.Value.Groups);

    /// <summary>Looks at the files and reads what changed; true where the groups may be others than before.</summary>
    public bool Refresh()
    {
        var changed = false;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in config.Files.SelectMany(PathGlob.Expand))
        {
            if (!seen.Add(path))
            {
                continue;
            }
            var stamp = FileStamp.Of(path);
            if (_files.TryGetValue(path, out var known) && known.Stamp == stamp)
            {
                continue;
            }
            changed |= Read(path, stamp, known);
        }
        foreach (var gone in _files.Keys.Where(path => !seen.Contains(path)).ToArray())
        {
            _files.Remove(gone);
            Health.Forget(gone);
            changed = true;
        }
        return changed;
    }

    private bool Read(string path, FileStamp stamp, KnownFile? known)
    {
        var result = TargetGroupFile.Load(path);
        if (result.Groups is null)
        {
            _files[path] = new KnownFile(stamp, known?.Groups ?? []);
            Health.Failed(string.Join("; ", result.Diagnostics), path);
            return false;
        }
        Health.Succeeded(path);
        var groups = result.Groups.Select(g => g with { Labels = new LabelsBuilder(g.Labels).Set(FilePathLabel, path).ToLabels() });
        _files[path] = new KnownFile(stamp, [.. groups]);
        return true;
    }

    private sealed record KnownFile(FileStamp Stamp, IReadOnlyList<StaticConfig> Groups);
}

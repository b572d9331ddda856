using System.Globalization;

namespace Touchline.Tsdb.Prometheus;

/// <summary>
/// The files of a write-ahead log in the order in which they were written: the newest checkpoint, then the segments behind it. What Prometheus
/// keeps in chunks_head is left aside: its chunks name their series by numbers that only this log resolves, and the log has their samples too.
/// </summary>
internal static class PrometheusWalFiles
{
    /// <param name="directory">The directory <c>wal</c> or <c>wbl</c>; it need not exist.</param>
    public static IReadOnlyList<string> Of(string directory)
    {
        var files = new List<string>();
        var after = -1L;
        if (NewestCheckpoint(directory) is var (number, path))
        {
            after = number;
            files.AddRange(PrometheusFiles.Segments(path).Select(segment => segment.Path));
        }
        files.AddRange(PrometheusFiles.Segments(directory).Where(segment => segment.Number > after).Select(segment => segment.Path));
        return files;
    }

    private static (long Number, string Path)? NewestCheckpoint(string directory)
    {
        (long Number, string Path)? newest = null;
        if (!Directory.Exists(directory))
        {
            return null;
        }
        foreach (var path in Directory.EnumerateDirectories(directory, PrometheusFiles.CheckpointPrefix + "*"))
        {
            // One that is being written ends in .tmp, which is no number.
            if (long.TryParse(Path.GetFileName(path)[PrometheusFiles.CheckpointPrefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && (newest is null || number > newest.Value.Number))
            {
                newest = (number, path);
            }
        }
        return newest;
    }
}

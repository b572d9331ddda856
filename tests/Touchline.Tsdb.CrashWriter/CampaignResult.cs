using System.Globalization;
using System.Text;

namespace Touchline.Tsdb.CrashWriter;

/// <summary>What a campaign did: it ends at the first broken promise, so there is nothing else to tell.</summary>
public sealed class CampaignResult
{
    private readonly SortedDictionary<string, int> _kills = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _left = new(StringComparer.Ordinal);

    public long Steps { get; set; }

    public long Samples { get; private set; }

    public TimeSpan Elapsed { get; set; }

    /// <summary>How often the end of the log was lost, too, behind what had been forced to disk.</summary>
    public int PowerLosses { get; set; }

    /// <summary>Snapshots that were opened and found whole.</summary>
    public int Snapshots { get; set; }

    /// <summary>Snapshots that a kill had interrupted, which were not to be opened.</summary>
    public int UnfinishedSnapshots { get; set; }

    /// <summary>Snapshots that were whole but had no name yet when the kill came, opened and found whole.</summary>
    public int UnnamedSnapshots { get; set; }

    public IReadOnlyDictionary<string, int> Kills => _kills;

    /// <summary>In how many rounds a kill left a piece of work half done, by what is left.</summary>
    public IReadOnlyDictionary<string, int> Left => _left;

    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{_kills.Values.Sum():N0} kills in {Elapsed.TotalMinutes:F0} minutes, {Steps:N0} batches of {WrittenSamples.Series} series written, {Samples:N0} samples looked at.\n");
        text.AppendLine("| found | times |\n|---|---|");
        text.AppendLine("| confirmed samples or deletions that were lost | 0 |");
        text.AppendLine("| wrong values, samples that nobody wrote, batches in part | 0 |");
        text.AppendLine(CultureInfo.InvariantCulture, $"| power losses on top of a kill, after which nothing older than the last sync was missing | {PowerLosses} |");
        text.AppendLine(CultureInfo.InvariantCulture, $"| snapshots with a name, all of them whole | {Snapshots} |");
        text.AppendLine(CultureInfo.InvariantCulture, $"| interrupted snapshots, all of them refused | {UnfinishedSnapshots} |");
        text.AppendLine(CultureInfo.InvariantCulture, $"| snapshots interrupted just before they got their name, all of them whole | {UnnamedSnapshots} |");
        AppendTable(text, "killed", _kills);
        AppendTable(text, "left half done by the kill, put right at the next start", _left);
        return text.ToString().TrimEnd();
    }

    internal void CountKill(string moment) => _kills[moment] = _kills.GetValueOrDefault(moment) + 1;

    internal void CountSamples(CheckResult check) => Samples += check.Samples;

    /// <summary>Notes what is in a directory that a killed process left and one that ended in order would not have.</summary>
    internal void CountLeft(string directory)
    {
        var kinds = Directory.EnumerateFileSystemEntries(directory, "*", SearchOption.AllDirectories).Select(KindOf).OfType<string>();
        foreach (var kind in kinds.Distinct(StringComparer.Ordinal).ToList())
        {
            _left[kind] = _left.GetValueOrDefault(kind) + 1;
        }
    }

    private static string? KindOf(string path)
    {
        var isSnapshot = path.Contains("/snapshots/", StringComparison.Ordinal);
        return (Path.GetFileName(path), Path.GetFileName(Path.GetDirectoryName(path))) switch
        {
            (var name, "snapshots") when name.EndsWith(".tmp", StringComparison.Ordinal) => "a snapshot",
            (var name, "blocks") when name.EndsWith(".tmp", StringComparison.Ordinal) => isSnapshot ? "a block of a snapshot" : "a block being written",
            (var name, "blocks") when name.EndsWith(".deleting", StringComparison.Ordinal) => "a block being deleted",
            ("tombstones.tmp", _) => "tombstones",
            (var name, "wal") when name.EndsWith(".checkpoint.tmp", StringComparison.Ordinal) => "a checkpoint",
            _ => null,
        };
    }

    private static void AppendTable(StringBuilder text, string title, SortedDictionary<string, int> counts)
    {
        text.AppendLine(CultureInfo.InvariantCulture, $"\n| {title} | times |\n|---|---|");
        foreach (var (name, times) in counts)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {name} | {times} |");
        }
    }
}

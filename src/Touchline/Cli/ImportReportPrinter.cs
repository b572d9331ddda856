using System.Globalization;
using Touchline.Tsdb.Exchange;

namespace Touchline.Cli;

/// <summary>Prints what an import did, and answers the exit code.</summary>
internal static class ImportReportPrinter
{
    /// <summary>How long samples are kept where nobody says otherwise.</summary>
    private static readonly TimeSpan DefaultRetention = TimeSpan.FromDays(15);

    public static int Print(ImportReport report, string source, string target, bool json, TextWriter output, TextWriter error)
    {
        var notes = report.Notes.Concat(RetentionNote(report)).ToList();
        if (json)
        {
            output.WriteLine(JsonText.Of(writer =>
            {
                writer.WriteStartObject();
                writer.WriteNumber("samples", report.Samples);
                writer.WriteNumber("samplesAlreadyThere", report.Duplicates);
                writer.WriteNumber("minTimeMs", report.MinTimeMs);
                writer.WriteNumber("maxTimeMs", report.MaxTimeMs);
                writer.WriteNumber("blocksRead", report.BlocksRead);
                writer.WriteNumber("blocksAlreadyImported", report.BlocksKnown);
                writer.WriteStrings("blocksWritten", report.BlocksWritten);
                writer.WriteStrings("damage", report.Damage);
                writer.WriteStrings("notes", notes);
                writer.WriteEndObject();
            }));
            return report.Damage.Count > 0 ? ExitCodes.Findings : ExitCodes.Fine;
        }
        foreach (var damage in report.Damage)
        {
            error.WriteLine($"touchline: damaged: {damage}");
        }
        foreach (var note in notes)
        {
            error.WriteLine($"touchline: {note}");
        }
        var known = report.BlocksKnown > 0 ? $"; {report.BlocksKnown} blocks had been imported before" : "";
        var duplicates = report.Duplicates > 0 ? string.Create(CultureInfo.InvariantCulture, $"; {report.Duplicates:N0} samples were there already") : "";
        output.WriteLine(report.Samples == 0
            ? $"nothing new in {source}{known}{duplicates}"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{report.Samples:N0} samples of {Time(report.MinTimeMs)} to {Time(report.MaxTimeMs)} imported into {report.BlocksWritten.Count} block{(report.BlocksWritten.Count == 1 ? "" : "s")} in {target}{known}{duplicates}"));
        return report.Damage.Count > 0 ? ExitCodes.Findings : ExitCodes.Fine;
    }

    /// <summary>Without this the first start would delete what was just imported.</summary>
    private static IEnumerable<string> RetentionNote(ImportReport report)
    {
        var age = TimeProvider.System.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(report.MinTimeMs);
        if (report.Samples > 0 && age > DefaultRetention)
        {
            yield return $"the oldest sample is {age.TotalDays:F0} days old, and a server keeps {DefaultRetention.TotalDays:F0} days: "
                + $"start it with --storage.tsdb.retention.time={Math.Ceiling(age.TotalDays) + 1:F0}d or more to keep what was imported";
        }
    }

    private static string Time(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-ddTHH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}

using System.CommandLine;
using System.Globalization;
using Touchline.Tsdb.Inspection;

namespace Touchline.Cli;

/// <summary><c>touchline tsdb verify [DIR]</c>.</summary>
internal static class VerifyCommand
{
    public static Command Create(TextWriter output, TextWriter error)
    {
        var directory = TsdbCommand.Directory();
        var json = TsdbCommand.Json("findings");
        var command = new Command(
            "verify", "Read every byte of a data directory, check every checksum and what must hold between the parts. Nothing is changed.")
        {
            directory, json,
        };
        command.SetAction((parsed, cancellationToken) => VerbRun.OnFilesAsync(
            () => Run(parsed.GetValue(directory)!, parsed.GetValue(json), output, error, cancellationToken), "nothing was changed", error, cancellationToken));
        return command;
    }

    private static int Run(string directory, bool json, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var report = ProgressLine.During(error, progress => DataVerification.Run(directory, progress, cancellationToken));
        if (json)
        {
            output.WriteLine(Json(report));
        }
        else
        {
            foreach (var finding in report.Findings)
            {
                var place = finding.Offset is { } offset ? string.Create(CultureInfo.InvariantCulture, $"{finding.File}: offset {offset}") : finding.File;
                output.WriteLine($"{place}: {finding.Problem}");
                output.WriteLine($"    costs: {finding.Cost}");
            }
            foreach (var note in report.Notes)
            {
                error.WriteLine($"touchline: {note}");
            }
            var found = report.Findings.Count + report.MoreFindings;
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{report.Blocks} block{(report.Blocks == 1 ? "" : "s")} with {report.Series:N0} series, {report.Chunks:N0} chunks and {report.Samples:N0} samples, "
                + $"{report.LogFiles} files of the log with {report.LogRecords:N0} records, {report.HeadChunks:N0} chunks in files of the head: {(found == 0 ? "all is well" : $"{found} finding{(found == 1 ? "" : "s")}")}"));
        }
        return report.Findings.Count > 0 ? ExitCodes.Findings : ExitCodes.Fine;
    }

    private static string Json(VerifyReport report) => JsonText.Of(writer =>
    {
        writer.WriteStartObject();
        writer.WriteNumber("blocks", report.Blocks);
        writer.WriteNumber("series", report.Series);
        writer.WriteNumber("chunks", report.Chunks);
        writer.WriteNumber("samples", report.Samples);
        writer.WriteNumber("logFiles", report.LogFiles);
        writer.WriteNumber("logRecords", report.LogRecords);
        writer.WriteNumber("headChunks", report.HeadChunks);
        writer.WriteStartArray("findings");
        foreach (var finding in report.Findings)
        {
            writer.WriteStartObject();
            writer.WriteString("file", finding.File);
            if (finding.Offset is { } offset)
            {
                writer.WriteNumber("offset", offset);
            }
            writer.WriteString("problem", finding.Problem);
            writer.WriteString("cost", finding.Cost);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteNumber("moreFindings", report.MoreFindings);
        writer.WriteStrings("notes", report.Notes);
        writer.WriteEndObject();
    });
}

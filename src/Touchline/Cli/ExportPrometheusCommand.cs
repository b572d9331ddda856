using System.CommandLine;
using System.Globalization;
using Touchline.Model;
using Touchline.PromQL.Syntax;
using Touchline.Tsdb.Exchange;

namespace Touchline.Cli;

/// <summary><c>touchline tsdb export-prometheus OUTDIR</c>.</summary>
internal static class ExportPrometheusCommand
{
    public static Command Create(TextWriter output, TextWriter error)
    {
        var target = new Argument<string>("OUTDIR") { Description = "Where the blocks are written; a Prometheus can start on it." };
        var source = TsdbCommand.StoragePath();
        var minTime = TsdbCommand.Time("--min-time", "Only samples from this time on");
        var maxTime = TsdbCommand.Time("--max-time", "Only samples until this time");
        var match = new Option<string[]>("--match") { Description = "Only series that pass this selector; can be repeated.", HelpName = "SELECTOR" };
        var json = TsdbCommand.Json("what was exported");
        var command = new Command("export-prometheus", "Write blocks that Prometheus and promtool read, of everything in the data directory or of a part of it.")
        {
            target, source, minTime, maxTime, match, json,
        };
        command.SetAction((parsed, cancellationToken) => VerbRun.OnFilesAsync(
            () =>
            {
                if (!TryReadSelectors(parsed.GetValue(match) ?? [], error, out var selectors))
                {
                    return ExitCodes.CouldNotRun;
                }
                var options = new PrometheusExportOptions
                {
                    Source = parsed.GetValue(source)!,
                    Target = parsed.GetValue(target)!,
                    MinTimeMs = TsdbCommand.Milliseconds(parsed.GetValue(minTime)) ?? long.MinValue,
                    MaxTimeMs = TsdbCommand.Milliseconds(parsed.GetValue(maxTime)) ?? long.MaxValue,
                    Selectors = selectors,
                };
                return Run(options, parsed.GetValue(json), output, error, cancellationToken);
            },
            "blocks that are finished stay", error, cancellationToken));
        return command;
    }

    /// <summary>Reads series selectors, and says what is wrong with the first that is none.</summary>
    internal static bool TryReadSelectors(string[] texts, TextWriter error, out List<IReadOnlyList<LabelMatcher>> selectors)
    {
        selectors = [];
        foreach (var text in texts)
        {
            try
            {
                selectors.Add(PromQLParser.ParseSelector(text).Matchers);
            }
            catch (PromQLSyntaxException e)
            {
                error.WriteLine($"touchline: --match {text}: {e.Message}");
                return false;
            }
        }
        return true;
    }

    private static int Run(PrometheusExportOptions options, bool json, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var report = ProgressLine.During(error, progress => PrometheusExport.Run(options, TimeProvider.System, progress, cancellationToken));
        if (json)
        {
            output.WriteLine(JsonText.Of(writer =>
            {
                writer.WriteStartObject();
                writer.WriteNumber("samples", report.Samples);
                writer.WriteNumber("minTimeMs", report.MinTimeMs);
                writer.WriteNumber("maxTimeMs", report.MaxTimeMs);
                writer.WriteStrings("blocks", report.Blocks);
                writer.WriteStrings("damage", report.Damage);
                writer.WriteEndObject();
            }));
        }
        else
        {
            foreach (var damage in report.Damage)
            {
                error.WriteLine($"touchline: damaged: {damage}");
            }
            output.WriteLine(report.Samples == 0
                ? $"nothing to export in {options.Source}"
                : string.Create(CultureInfo.InvariantCulture, $"{report.Samples:N0} samples exported into {report.Blocks.Count} block{(report.Blocks.Count == 1 ? "" : "s")} in {options.Target}"));
        }
        return report.Damage.Count > 0 ? ExitCodes.Findings : ExitCodes.Fine;
    }
}

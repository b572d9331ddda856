using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Touchline.Model;
using Touchline.PromQL;
using Touchline.Storage;
using Touchline.Tsdb.Exchange;

namespace Touchline.Cli;

/// <summary><c>touchline tsdb dump [DIR]</c> and <c>touchline tsdb dump-openmetrics [DIR]</c>: samples as text, as promtool's verbs of these names write them.</summary>
internal static class DumpCommand
{
    /// <summary>Unix seconds from here on, in the year 5138, are taken for ms, which promtool wants.</summary>
    private const long MillisecondsFrom = 100_000_000_000_000;

    public static Command Create(TextWriter output, TextWriter error) => Create(
        "dump", "Write every sample as a line of text: labels, value, ms since 1970.", output, error, (labels, rows) => WriteLines(labels, rows, output), () => { });

    public static Command CreateOpenMetrics(TextWriter output, TextWriter error) => Create(
        "dump-openmetrics", "Write every float sample as OpenMetrics text, which \"tsdb import openmetrics\" reads.", output, error,
        (labels, rows) => WriteOpenMetrics(labels, rows, output), () => output.WriteLine("# EOF"));

    private static Command Create(string name, string description, TextWriter output, TextWriter error, Action<Labels, SampleColumns> write, Action end)
    {
        var directory = TsdbCommand.Directory();
        var minTime = TsdbCommand.Time("--min-time", "Only samples from this time on");
        var maxTime = TsdbCommand.Time("--max-time", "Only samples until this time");
        var match = new Option<string[]>("--match") { Description = "Only series that pass this selector; can be repeated.", HelpName = "SELECTOR" };
        var json = TsdbCommand.Json("a line for each series");
        var command = new Command(name, description) { directory, minTime, maxTime, match, json };
        command.SetAction((parsed, cancellationToken) => VerbRun.OnFilesAsync(
            () =>
            {
                if (!ExportPrometheusCommand.TryReadSelectors(parsed.GetValue(match) ?? [], error, out var selectors))
                {
                    return ExitCodes.CouldNotRun;
                }
                var asJson = parsed.GetValue(json);
                var damage = DataDump.Run(
                    parsed.GetValue(directory)!, Milliseconds(parsed.GetValue(minTime)) ?? long.MinValue, Milliseconds(parsed.GetValue(maxTime)) ?? long.MaxValue, selectors,
                    TimeProvider.System, asJson ? (labels, rows) => output.WriteLine(JsonLine(labels, rows)) : write, cancellationToken);
                if (!asJson)
                {
                    end();
                }
                foreach (var entry in damage)
                {
                    error.WriteLine($"touchline: damaged: {entry}");
                }
                return damage.Count > 0 ? ExitCodes.Findings : ExitCodes.Fine;
            },
            "what was written is whole lines", error, cancellationToken));
        return command;
    }

    private static long? Milliseconds(string? time) =>
        TsdbCommand.Milliseconds(time) is { } milliseconds ? Math.Abs(milliseconds) >= MillisecondsFrom ? milliseconds / 1000 : milliseconds : null;

    private static void WriteLines(Labels labels, SampleColumns rows, TextWriter output)
    {
        var series = new StringBuilder();
        Append(series, labels, _ => true, null, ", ");
        var lines = new StringBuilder();
        for (var row = 0; row < rows.Count; row++)
        {
            lines.Append(series).Append(' ').Append(ValueAt(rows, row)).Append(' ').Append(CultureInfo.InvariantCulture, $"{rows.Timestamps[row]}").Append('\n');
            Flush(lines, output, row == rows.Count - 1);
        }
    }

    private static void WriteOpenMetrics(Labels labels, SampleColumns rows, TextWriter output)
    {
        var isBare = LabelNames.IsLegacyMetricName(labels.MetricName);
        var series = new StringBuilder(isBare ? labels.MetricName : "");
        Append(series, labels, label => label.Name != LabelNames.MetricName, isBare ? null : labels.MetricName, ",");
        var lines = new StringBuilder();
        for (var row = 0; row < rows.Count; row++)
        {
            if (rows.HasHistograms && rows.Histograms[row] is not null)
            {
                continue; // OpenMetrics text has no place for native histograms.
            }
            lines.Append(series).Append(' ').Append(SampleText.Of(rows.Values[row])).Append(' ')
                .Append((rows.Timestamps[row] / 1000m).ToString("F3", CultureInfo.InvariantCulture)).Append('\n');
            Flush(lines, output, isLast: false);
        }
        Flush(lines, output, isLast: true);
    }

    /// <summary>A series may have millions of lines.</summary>
    private static void Flush(StringBuilder lines, TextWriter output, bool isLast)
    {
        if (isLast || lines.Length > 64 * 1024)
        {
            output.Write(lines);
            lines.Clear();
        }
    }

    /// <param name="text">Appended to.</param>
    /// <param name="labels">What is written.</param>
    /// <param name="isShown">Which of them.</param>
    /// <param name="quotedName">A metric name that can only stand between the braces; null where there is none.</param>
    /// <param name="separator">What stands between two of them: OpenMetrics allows no blank there.</param>
    private static void Append(StringBuilder text, Labels labels, Func<Label, bool> isShown, string? quotedName, string separator)
    {
        text.Append('{');
        if (quotedName is not null)
        {
            QuotedString.Append(text, quotedName);
        }
        var first = quotedName is null;
        foreach (var label in labels)
        {
            if (!isShown(label))
            {
                continue;
            }
            text.Append(first ? "" : separator);
            first = false;
            label.AppendTo(text);
        }
        text.Append('}');
    }

    private static string ValueAt(SampleColumns rows, int row) =>
        rows.HasHistograms && rows.Histograms[row] is { } histogram ? SampleText.Of(histogram) : SampleText.Of(rows.Values[row]);

    private static string JsonLine(Labels labels, SampleColumns rows)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("metric");
            foreach (var label in labels)
            {
                json.WriteString(label.Name, label.Value);
            }
            json.WriteEndObject();
            json.WriteStartArray("values");
            for (var row = 0; row < rows.Count; row++)
            {
                json.WriteStartArray();
                json.WriteNumberValue(rows.Timestamps[row] / 1000m);
                json.WriteStringValue(ValueAt(rows, row));
                json.WriteEndArray();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}

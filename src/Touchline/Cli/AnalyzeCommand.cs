using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Touchline.Tsdb.Inspection;

namespace Touchline.Cli;

/// <summary><c>touchline tsdb analyze [DIR]</c>.</summary>
internal static class AnalyzeCommand
{
    private const int DefaultLimit = 20;

    public static Command Create(TextWriter output, TextWriter error)
    {
        var directory = TsdbCommand.Directory();
        var limit = new Option<int>("--limit") { Description = "The length of each list.", HelpName = "N", DefaultValueFactory = _ => DefaultLimit };
        var json = TsdbCommand.Json("the analysis");
        var command = new Command("analyze", "Say what the blocks of a data directory are made of: which metrics take the room, which labels make the series, which come and go.")
        {
            directory, limit, json,
        };
        command.SetAction((parsed, cancellationToken) => VerbRun.OnFilesAsync(
            () => Run(parsed.GetValue(directory)!, Math.Max(1, parsed.GetValue(limit)), parsed.GetValue(json), output, error, cancellationToken),
            "nothing was changed", error, cancellationToken));
        return command;
    }

    private static int Run(string directory, int limit, bool json, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var report = DataAnalysis.Run(directory, limit, cancellationToken);
        if (json)
        {
            output.WriteLine(JsonText.Of(writer => Write(report, writer)));
        }
        else
        {
            Print(report, output);
            foreach (var damage in report.Damage)
            {
                error.WriteLine($"touchline: damaged: {damage}");
            }
        }
        return report.Damage.Count > 0 ? ExitCodes.Findings : ExitCodes.Fine;
    }

    private static void Print(AnalyzeReport report, TextWriter output)
    {
        ListBlocksCommand.Print(report.Blocks, output);
        if (report.Blocks.Count == 0)
        {
            return;
        }
        output.WriteLine();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Samples:N0} samples: values {ListBlocksCommand.Ratio(report.ValueBytes, report.Samples)}, times {ListBlocksCommand.Ratio(report.TimeBytes, report.Samples)}, "
            + $"index {ListBlocksCommand.Ratio(report.IndexBytes, report.Samples)} bytes a sample"));
        output.WriteLine($"Series, labels and churn are those of block {report.CountedBlock ?? "(none)"}: {report.Series} series, "
            + $"{report.LabelPairs} label pairs ({report.PostingsEntries} with each series counted), {report.LabelNames} label names");

        var metrics = new TextTable("METRICS BY BYTES", "SAMPLES", "BYTES", "BYTES/SAMPLE");
        foreach (var metric in report.MetricsByBytes)
        {
            metrics.Add(metric.Name, ListBlocksCommand.Number(metric.Samples), ListBlocksCommand.Number(metric.Bytes), ListBlocksCommand.Ratio(metric.Bytes, metric.Samples));
        }
        Print(metrics, output);
        var codecs = new TextTable("ENCODINGS BY BYTES", "CHUNKS", "SAMPLES", "BYTES", "BYTES/SAMPLE");
        foreach (var codec in report.CodecsByBytes)
        {
            codecs.Add(
                codec.Name, ListBlocksCommand.Number(codec.Chunks), ListBlocksCommand.Number(codec.Samples), ListBlocksCommand.Number(codec.Bytes),
                ListBlocksCommand.Ratio(codec.Bytes, codec.Samples));
        }
        Print(codecs, output);
        Print("METRICS BY SERIES", "SERIES", report.MetricsBySeries, output);
        Print("LABELS BY VALUES", "VALUES", report.LabelsByValues, output);
        Print("LABEL PAIRS BY SERIES", "SERIES", report.PairsBySeries, output);
        Print("LABELS BY LENGTH OF ALL VALUES", "CHARACTERS", report.LabelsByLength, output);
        Print("LABEL PAIRS BY CHURN", report.PairsByChurn, output);
        Print("LABELS BY CHURN", report.LabelsByChurn, output);
    }

    private static void Print(string title, IReadOnlyList<ChurningPair> churn, TextWriter output)
    {
        var table = new TextTable(title, "SERIES");
        foreach (var pair in churn)
        {
            table.Add(pair.Pair, pair.Series.ToString("F1", CultureInfo.InvariantCulture));
        }
        Print(table, output);
    }

    private static void Print(string title, string unit, IReadOnlyList<CountedName> counts, TextWriter output)
    {
        var table = new TextTable(title, unit);
        foreach (var (name, count) in counts)
        {
            table.Add(name, ListBlocksCommand.Number(count));
        }
        Print(table, output);
    }

    private static void Print(TextTable table, TextWriter output)
    {
        output.WriteLine();
        table.Print(output);
    }

    private static void Write(AnalyzeReport report, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WritePropertyName("blocks");
        ListBlocksCommand.Write(report.Blocks, writer);
        writer.WriteString("countedBlock", report.CountedBlock);
        writer.WriteNumber("series", report.Series);
        writer.WriteNumber("labelPairs", report.LabelPairs);
        writer.WriteNumber("labelNames", report.LabelNames);
        writer.WriteNumber("postingsEntries", report.PostingsEntries);
        writer.WriteNumber("samples", report.Samples);
        writer.WriteNumber("valueBytes", report.ValueBytes);
        writer.WriteNumber("timeBytes", report.TimeBytes);
        writer.WriteNumber("indexBytes", report.IndexBytes);
        WriteList(writer, "metricsByBytes", report.MetricsByBytes, metric =>
        {
            writer.WriteString("name", metric.Name);
            writer.WriteNumber("samples", metric.Samples);
            writer.WriteNumber("bytes", metric.Bytes);
        });
        WriteList(writer, "encodingsByBytes", report.CodecsByBytes, codec =>
        {
            writer.WriteString("name", codec.Name);
            writer.WriteNumber("chunks", codec.Chunks);
            writer.WriteNumber("samples", codec.Samples);
            writer.WriteNumber("bytes", codec.Bytes);
        });
        WriteCounts(writer, "metricsBySeries", report.MetricsBySeries);
        WriteCounts(writer, "labelsByValues", report.LabelsByValues);
        WriteCounts(writer, "pairsBySeries", report.PairsBySeries);
        WriteCounts(writer, "labelsByLength", report.LabelsByLength);
        WriteChurn(writer, "pairsByChurn", report.PairsByChurn);
        WriteChurn(writer, "labelsByChurn", report.LabelsByChurn);
        writer.WriteStrings("damage", report.Damage);
        writer.WriteEndObject();
    }

    private static void WriteChurn(Utf8JsonWriter writer, string name, IReadOnlyList<ChurningPair> churn) => WriteList(writer, name, churn, pair =>
    {
        writer.WriteString("name", pair.Pair);
        writer.WriteNumber("series", pair.Series);
    });

    private static void WriteCounts(Utf8JsonWriter writer, string name, IReadOnlyList<CountedName> counts) => WriteList(writer, name, counts, entry =>
    {
        writer.WriteString("name", entry.Name);
        writer.WriteNumber("count", entry.Count);
    });

    private static void WriteList<T>(Utf8JsonWriter writer, string name, IReadOnlyList<T> entries, Action<T> write)
    {
        writer.WriteStartArray(name);
        foreach (var entry in entries)
        {
            writer.WriteStartObject();
            write(entry);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }
}

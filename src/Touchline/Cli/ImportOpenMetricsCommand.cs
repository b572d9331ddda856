using System.CommandLine;
using System.Globalization;
using Touchline.Model;
using Touchline.Scraping.Exposition;
using Touchline.Tsdb.Exchange;

namespace Touchline.Cli;

/// <summary><c>touchline tsdb import openmetrics FILE</c>.</summary>
internal static class ImportOpenMetricsCommand
{
    private const string StandardInput = "-";

    public static Command Create(TextWriter output, TextWriter error)
    {
        var file = new Argument<string>("FILE") { Description = "OpenMetrics text in which every sample has a timestamp; - for the standard input." };
        var target = TsdbCommand.StoragePath();
        var json = TsdbCommand.Json("what was imported");
        var openMetrics = new Command("openmetrics", "Import a file of OpenMetrics text. All of it, or nothing where a line is wrong; no sample is stored twice.") { file, target, json };
        openMetrics.SetAction((parsed, cancellationToken) => VerbRun.OnFilesAsync(
            () => Run(parsed.GetValue(file)!, parsed.GetValue(target)!, parsed.GetValue(json), output, error, cancellationToken),
            "nothing was imported", error, cancellationToken));
        return new Command("import", "Import samples from a file.") { openMetrics };
    }

    private static int Run(string path, string target, bool json, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var name = path == StandardInput ? "(standard input)" : path;
        ImportReport report;
        try
        {
            using var stream = path == StandardInput ? Console.OpenStandardInput() : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            report = ProgressLine.During(error, progress => Import(stream, new SampleImportOptions { Target = target }, progress, cancellationToken));
        }
        catch (OpenMetricsFormatException e)
        {
            if (json)
            {
                output.WriteLine(Json(name, e));
            }
            error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}:{e.Line}:{e.Column}: {e.Message}; nothing was imported"));
            return ExitCodes.Findings;
        }
        return ImportReportPrinter.Print(report, name, target, json, output, error);
    }

    private static ImportReport Import(Stream stream, SampleImportOptions options, Action<ExchangeProgress> progress, CancellationToken cancellationToken)
    {
        var file = new OpenMetricsFile(stream);
        using var import = SampleImport.Open(options, TimeProvider.System);
        var total = stream.CanSeek ? stream.Length : 0;
        file.Read(new Importer(import, () => progress(new ExchangeProgress("reading", file.Position, total, import.Samples))), cancellationToken);
        return import.Finish();
    }

    private static string Json(string file, OpenMetricsFormatException error) => JsonText.Of(writer =>
    {
        writer.WriteStartObject();
        writer.WriteNumber("samples", 0);
        writer.WriteStartArray("findings");
        writer.WriteStartObject();
        writer.WriteString("file", file);
        writer.WriteNumber("line", error.Line);
        writer.WriteNumber("column", error.Column);
        writer.WriteString("message", error.Message);
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    private sealed class Importer(SampleImport import, Action progress) : IOpenMetricsSink
    {
        private Labels? _valid;

        public string? Sample(Labels labels, long timeMs, double value)
        {
            if (!ReferenceEquals(_valid, labels) && !SampleImport.IsValid(labels))
            {
                return "the store does not take such labels, expected a metric name, and names and values within its bounds";
            }
            if (!SampleImport.IsValid(timeMs))
            {
                return string.Create(CultureInfo.InvariantCulture, $"timestamp {timeMs / 1000.0} is in no year up to 9999, expected seconds since 1970 and not milliseconds");
            }
            _valid = labels;
            import.Add(labels, timeMs, value);
            if ((import.Samples & 0xffff) == 0)
            {
                progress();
            }
            return null;
        }

        public void Exemplar(Labels labels, Exemplar exemplar)
        {
            if (SampleImport.IsValid(exemplar.TimestampMs))
            {
                import.AddExemplar(labels, exemplar);
            }
        }

        public void Created(Labels labels, long timeMs, long createdMs) => import.AddCreated(labels, timeMs, createdMs);

        public void Metadata(string name, MetricMetadata metadata) => import.SetMetadata(name, metadata);
    }
}

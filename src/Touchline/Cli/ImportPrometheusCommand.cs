using System.CommandLine;
using Touchline.Tsdb.Exchange;

namespace Touchline.Cli;

/// <summary><c>touchline tsdb import-prometheus DIR</c>.</summary>
internal static class ImportPrometheusCommand
{
    public static Command Create(TextWriter output, TextWriter error)
    {
        var source = new Argument<string>("DIR") { Description = "The data directory of the Prometheus; nothing in it is changed." };
        var target = TsdbCommand.StoragePath();
        var json = TsdbCommand.Json("what was imported");
        var command = new Command(
            "import-prometheus",
            "Import a Prometheus data directory: its blocks, then what its write-ahead log has beyond them.\n"
            + "Run again after an interruption, or later for what is new: nothing is stored twice.")
        {
            source, target, json,
        };
        command.SetAction((parsed, cancellationToken) => VerbRun.OnFilesAsync(
            () => Run(
                new PrometheusImportOptions { Source = parsed.GetValue(source)!, Target = parsed.GetValue(target)! },
                parsed.GetValue(json), output, error, cancellationToken),
            "what is finished stays: run it again to go on", error, cancellationToken));
        return command;
    }

    private static int Run(PrometheusImportOptions options, bool json, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var report = ProgressLine.During(error, progress => PrometheusImport.Run(options, TimeProvider.System, progress, cancellationToken));
        return ImportReportPrinter.Print(report, options.Source, options.Target, json, output, error);
    }
}

using System.CommandLine;
using Touchline.Configuration;

namespace Touchline.Cli;

/// <summary><c>touchline check statsd FILE…</c>: every finding of files with mappings of StatsD names.</summary>
internal static class CheckStatsDCommand
{
    public static Command Create(TextWriter output, TextWriter error)
    {
        var files = new Argument<string[]>("FILE") { Description = "Files of mappings, as statsd_exporter has them.", Arity = ArgumentArity.OneOrMore };
        var json = new Option<bool>("--json") { Description = "Print findings as JSON." };
        var command = new Command("statsd", "Check files with mappings of StatsD names: all errors at once.") { files, json };
        command.SetAction(parsed => Run(parsed.GetValue(files) ?? [], parsed.GetValue(json), output, error));
        return command;
    }

    private static int Run(string[] files, bool json, TextWriter output, TextWriter error)
    {
        if (files.FirstOrDefault(file => !File.Exists(file)) is { } missing)
        {
            error.WriteLine($"touchline: {missing}: there is no such file");
            return ExitCodes.CouldNotRun;
        }
        var results = files.Select(file => (File: file, Result: StatsDMappingFile.Load(file))).ToList();
        if (json)
        {
            CheckCommand.PrintJson(results.Select(r => (r.File, r.Result.Mappings is not null, r.Result.Findings)), output);
        }
        else
        {
            results.ForEach(r => PrintText(r.File, r.Result.Mappings, r.Result.Findings, output));
        }
        return results.Any(r => r.Result.Findings.Count > 0) ? ExitCodes.Findings : ExitCodes.Fine;
    }

    private static void PrintText(string file, StatsDMappingConfig? mappings, IReadOnlyList<ConfigDiagnostic> findings, TextWriter output)
    {
        foreach (var finding in findings)
        {
            output.WriteLine(finding);
        }
        var count = mappings?.Mappings.Count ?? 0;
        var counted = $"{count} {(count == 1 ? "mapping" : "mappings")}";
        output.WriteLine(mappings is null ? $"{file}: not usable" : findings.Count == 0 ? $"{file}: fine, {counted}" : $"{file}: usable, {counted}");
    }
}

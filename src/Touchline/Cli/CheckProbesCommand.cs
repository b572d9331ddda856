using System.CommandLine;
using Touchline.Configuration.Probes;

namespace Touchline.Cli;

/// <summary><c>touchline check probes FILE…</c>: every finding of files of probe modules.</summary>
internal static class CheckProbesCommand
{
    public static Command Create(TextWriter output, TextWriter error)
    {
        var files = new Argument<string[]>("FILE") { Description = "Files of modules, as blackbox_exporter's blackbox.yml.", Arity = ArgumentArity.OneOrMore };
        var json = new Option<bool>("--json") { Description = "Print findings as JSON." };
        var command = new Command("probes", "Check files of probe modules: all errors at once.") { files, json };
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
        var results = files.Select(file => (File: file, Result: ProbeConfigLoader.Load(file))).ToList();
        if (json)
        {
            CheckCommand.PrintJson(results.Select(r => (r.File, r.Result.Modules is not null && !r.Result.HasErrors, r.Result.Diagnostics)), output);
        }
        else
        {
            results.ForEach(r => PrintText(r.File, r.Result, output));
        }
        return results.Any(r => r.Result.Diagnostics.Count > 0) ? ExitCodes.Findings : ExitCodes.Fine;
    }

    private static void PrintText(string file, ProbeConfigResult result, TextWriter output)
    {
        foreach (var finding in result.Diagnostics)
        {
            output.WriteLine(finding);
        }
        var count = result.Modules?.Count ?? 0;
        var modules = $"{count} {(count == 1 ? "module" : "modules")}";
        output.WriteLine(result.Diagnostics.Count == 0 ? $"{file}: fine, {modules}" : $"{file}: {modules} usable");
    }
}

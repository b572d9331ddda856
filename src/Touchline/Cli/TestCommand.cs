using System.CommandLine;
using Touchline.PromQL;
using Touchline.PromQL.Scripts;

namespace Touchline.Cli;

/// <summary><c>touchline test promql FILE…</c>: runs scripts in the format of Prometheus's own tests.</summary>
internal static class TestCommand
{
    public static Command Create(TextWriter output, TextWriter error)
    {
        var test = new Command("test", "Run tests of queries.");
        var files = new Argument<string[]>("FILE") { Description = "Scripts in the format of Prometheus's promqltest.", Arity = ArgumentArity.OneOrMore };
        var features = new Option<string[]>("--enable-feature")
        {
            Description = "Comma-separated features of the language to switch on; all where it is not given.",
            HelpName = "NAME,…",
        };
        var json = new Option<bool>("--json") { Description = "Print outcomes as JSON." };
        var promql = new Command("promql", "Run PromQL test scripts over an in-memory store, and print what passed and what failed in each file.") { files, features, json };
        promql.SetAction((parsed, cancellationToken) => Task.Run(
            () => Run(parsed.GetValue(files) ?? [], parsed.GetValue(features) ?? [], parsed.GetValue(json), output, error, cancellationToken), cancellationToken));
        test.Subcommands.Add(promql);
        return test;
    }

    private static int Run(string[] files, string[] featureNames, bool json, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        if (!TryReadFeatures(featureNames, error, out var features))
        {
            return ExitCodes.CouldNotRun;
        }
        var runner = new PromQLScriptRunner((store, options) => new PromQLEngine(store, options, TimeProvider.System))
        {
            Options = new PromQLOptions { Features = features, DefaultSubqueryStepMs = 60_000 },
        };
        var reports = new List<ScriptReport>();
        var unreadable = false;
        foreach (var file in files)
        {
            try
            {
                reports.Add(runner.Run(PromQLScript.Parse(file, File.ReadAllText(file)), cancellationToken));
            }
            catch (Exception e) when (e is PromQLScriptException or IOException or UnauthorizedAccessException)
            {
                error.WriteLine($"touchline: {e.Message}");
                unreadable = true;
            }
        }
        if (json)
        {
            PrintJson(reports, output);
        }
        else
        {
            PrintText(reports, output);
        }
        return unreadable ? ExitCodes.CouldNotRun : reports.Any(r => r.Failed > 0) ? ExitCodes.Findings : ExitCodes.Fine;
    }

    private static bool TryReadFeatures(string[] names, TextWriter error, out PromQLFeatures features)
    {
        features = names.Length == 0 ? PromQLFeatures.All : PromQLFeatures.None;
        foreach (var name in names.SelectMany(n => n.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))
        {
            if (!ServerOptionsReader.LanguageFeatures.TryGetValue(name, out var feature))
            {
                error.WriteLine($"touchline: there is no feature {name}; there are {string.Join(", ", ServerOptionsReader.LanguageFeatures.Keys)}");
                return false;
            }
            features |= feature;
        }
        return true;
    }

    private static void PrintText(List<ScriptReport> reports, TextWriter output)
    {
        foreach (var report in reports)
        {
            foreach (var failure in report.Failures)
            {
                output.WriteLine($"{report.Script}:{failure.Line}: {failure.Query}");
                output.WriteLine($"    {failure.Failure?.ReplaceLineEndings("\n    ")}");
            }
            output.WriteLine($"{report.Script}: {report.Passed} passed, {report.Failed} failed");
        }
        if (reports.Count > 1)
        {
            output.WriteLine($"{reports.Count} files: {reports.Sum(r => r.Passed)} passed, {reports.Sum(r => r.Failed)} failed");
        }
    }

    private static void PrintJson(List<ScriptReport> reports, TextWriter output)
    {
        output.WriteLine(JsonText.Of(writer =>
        {
            writer.WriteStartArray();
            foreach (var report in reports)
            {
                writer.WriteStartObject();
                writer.WriteString("file", report.Script);
                writer.WriteNumber("passed", report.Passed);
                writer.WriteNumber("failed", report.Failed);
                writer.WriteStartArray("failures");
                foreach (var failure in report.Failures)
                {
                    writer.WriteStartObject();
                    writer.WriteNumber("line", failure.Line);
                    writer.WriteString("query", failure.Query);
                    writer.WriteString("failure", failure.Failure);
                    writer.WriteEndObject();
                }
                writer.WriteEndArray();
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
        }));
    }
}

using System.CommandLine;
using Touchline.Configuration;

namespace Touchline.Cli;

/// <summary><c>touchline check config FILE…</c>: every finding of every file at once.</summary>
internal static class CheckCommand
{
    public static Command Create(TextWriter output, TextWriter error)
    {
        var check = new Command("check", "Check files without running the server.");
        var files = new Argument<string[]>("FILE") { Description = "Prometheus configuration files.", Arity = ArgumentArity.OneOrMore };
        var strict = new Option<bool>("--strict") { Description = "Count unknown keys and unusable jobs as errors, as --config.strict does." };
        var json = new Option<bool>("--json") { Description = "Print findings as JSON." };
        var config = new Command("config", "Check Prometheus configuration files: all errors at once.") { files, strict, json };
        config.SetAction(parsed => Run(parsed.GetValue(files) ?? [], parsed.GetValue(strict), parsed.GetValue(json), output, error));
        check.Subcommands.Add(config);
        check.Subcommands.Add(CheckProbesCommand.Create(output, error));
        check.Subcommands.Add(CheckStatsDCommand.Create(output, error));
        check.Subcommands.Add(CheckMetricsCommand.Create(output, error));
        return check;
    }

    private static int Run(string[] files, bool strict, bool json, TextWriter output, TextWriter error)
    {
        var results = new List<(string File, ConfigLoadResult Result)>();
        var missing = false;
        foreach (var file in files)
        {
            if (!File.Exists(file))
            {
                error.WriteLine($"touchline: {file}: there is no such file");
                missing = true;
                continue;
            }
            results.Add((file, PrometheusConfigLoader.Check(file, strict)));
        }
        if (json)
        {
            PrintJson(results.Select(r => (r.File, r.Result.Config is not null && !r.Result.HasErrors, r.Result.Diagnostics)), output);
        }
        else
        {
            PrintText(results, output);
        }
        return missing ? ExitCodes.CouldNotRun : results.Any(r => r.Result.Diagnostics.Count > 0) ? ExitCodes.Findings : ExitCodes.Fine;
    }

    private static void PrintText(List<(string File, ConfigLoadResult Result)> results, TextWriter output)
    {
        foreach (var (file, result) in results)
        {
            foreach (var finding in result.Diagnostics)
            {
                output.WriteLine(finding);
            }
            var errors = result.Diagnostics.Count(d => d.Severity == ConfigSeverity.Error);
            var warnings = result.Diagnostics.Count - errors;
            var jobs = result.Config?.ScrapeConfigs.Count ?? 0;
            output.WriteLine(result.Diagnostics.Count == 0
                ? $"{file}: fine, {Count(jobs, "job")}{Checks(result.Config)}{Policies(result.Config)}"
                : $"{file}: {Count(errors, "error")}, {Count(warnings, "warning")}; {(result.Config is null ? "nothing usable" : $"{Count(jobs, "job")} usable")}");
        }
    }

    internal static void PrintJson(IEnumerable<(string File, bool IsUsable, IReadOnlyList<ConfigDiagnostic> Findings)> results, TextWriter output)
    {
        output.WriteLine(JsonText.Of(writer =>
        {
            writer.WriteStartArray();
            foreach (var (file, usable, findings) in results)
            {
                writer.WriteStartObject();
                writer.WriteString("file", file);
                writer.WriteBoolean("usable", usable);
                writer.WriteStartArray("findings");
                foreach (var finding in findings)
                {
                    writer.WriteStartObject();
                    writer.WriteString("severity", finding.Severity == ConfigSeverity.Error ? "error" : "warning");
                    writer.WriteString("file", finding.File);
                    writer.WriteNumber("line", finding.Line);
                    writer.WriteNumber("column", finding.Column);
                    writer.WriteString("message", finding.Message);
                    writer.WriteEndObject();
                }
                writer.WriteEndArray();
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
        }));
    }

    private static string Checks(PrometheusConfig? config) => config is { Checks.Count: > 0 and var checks } ? $", {Count(checks, "check")}" : "";

    private static string Policies(PrometheusConfig? config) =>
        config?.RetentionPolicies is { Count: > 0 and var policies } ? $", {policies} retention {(policies == 1 ? "policy" : "policies")}" : "";

    private static string Count(int number, string noun) => $"{number} {noun}{(number == 1 ? "" : "s")}";
}

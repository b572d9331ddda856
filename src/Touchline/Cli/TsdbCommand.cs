using System.CommandLine;
using Touchline.Api;

namespace Touchline.Cli;

/// <summary><c>touchline tsdb …</c>: what can be done with data directories beside serving them.</summary>
internal static class TsdbCommand
{
    public static Command Create(TextWriter output, TextWriter error)
    {
        var tsdb = new Command("tsdb", "Bring data in and out of a data directory, and look into it, while no server runs on it.");
        tsdb.Subcommands.Add(ImportPrometheusCommand.Create(output, error));
        tsdb.Subcommands.Add(ImportOpenMetricsCommand.Create(output, error));
        tsdb.Subcommands.Add(ExportPrometheusCommand.Create(output, error));
        tsdb.Subcommands.Add(DumpCommand.Create(output, error));
        tsdb.Subcommands.Add(DumpCommand.CreateOpenMetrics(output, error));
        tsdb.Subcommands.Add(VerifyCommand.Create(output, error));
        tsdb.Subcommands.Add(AnalyzeCommand.Create(output, error));
        tsdb.Subcommands.Add(ListBlocksCommand.Create(output, error));
        return tsdb;
    }

    public static Option<string> StoragePath() => new("--storage.tsdb.path")
    {
        Description = "The data directory of Touchline.",
        HelpName = "DIR",
        DefaultValueFactory = _ => "./data",
    };

    /// <summary>A data directory as an argument, for verbs that only look.</summary>
    public static Argument<string> Directory() => new("DIR")
    {
        Description = "The data directory.",
        Arity = ArgumentArity.ZeroOrOne,
        DefaultValueFactory = _ => "./data",
    };

    public static Option<string?> Time(string name, string description)
    {
        var option = new Option<string?>(name) { Description = description + ", RFC 3339 or Unix seconds.", HelpName = "TIME" };
        option.Validators.Add(result =>
        {
            if (result.GetValue(option) is { } text && !ApiParameters.TryParseTime(text, out _))
            {
                result.AddError($"{name}: \"{text}\" is neither a time in RFC 3339 (2026-01-31T12:00:00Z) nor Unix seconds");
            }
        });
        return option;
    }

    /// <summary>The value of an option that <see cref="Time"/> made; null where it is not given.</summary>
    public static long? Milliseconds(string? time) => time is not null && ApiParameters.TryParseTime(time, out var milliseconds) ? milliseconds : null;

    public static Option<bool> Json(string what) => new("--json") { Description = $"Print {what} as JSON." };
}

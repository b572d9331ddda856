using System.CommandLine;

namespace Touchline.Cli;

/// <summary><c>touchline tsdb …</c>: what can be done with data directories beside serving them.</summary>
internal static class TsdbCommand
{
    public static Command Create(TextWriter output, TextWriter error)
    {
        var tsdb = new Command("tsdb", "Bring data in and out of a data directory, and look into it, while no server runs on it.");
        tsdb.Subcommands.Add(ImportPrometheusCommand.Create(output, error));
        return tsdb;
    }

    public static Option<string> StoragePath() => new("--storage.tsdb.path")
    {
        Description = "The data directory of Touchline.",
        HelpName = "DIR",
        DefaultValueFactory = _ => "./data",
    };

    public static Option<bool> Json(string what) => new("--json") { Description = $"Print {what} as JSON." };
}

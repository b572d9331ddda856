using System.CommandLine;
using System.CommandLine.Parsing;

namespace FootballPrediction;

/// <summary>The options of the command line.</summary>
internal static class CommandLine
{
    /// <summary>Faster than this and a step of the clock would leap over the days in which a match is forecast.</summary>
    private const double MostDaysPerMinute = 1000;

    /// <summary>Prints help, the version or what is wrong, or runs <paramref name="run"/>.</summary>
    /// <returns>The exit code; 2 for a command line that cannot be understood.</returns>
    public static Task<int> RunAsync(string[] args, Func<ServiceOptions, Task<int>> run)
    {
        ServiceOptions standard = new();
        Option<string> urls = new("--urls")
        {
            Description = "Where to listen, several separated by semicolons.",
            DefaultValueFactory = _ => standard.Urls,
        };
        Option<string> data = new("--data")
        {
            Description = "The directory of the SQLite database; made if it is missing.",
            HelpName = "DIR",
            DefaultValueFactory = _ => standard.DataDirectory,
        };
        Option<string?> postgres = new("--postgres")
        {
            Description = "Use PostgreSQL with this connection string instead of SQLite; also by the variable FOOTBALL_POSTGRES.",
            HelpName = "CONNECTION",
            DefaultValueFactory = _ => Environment.GetEnvironmentVariable("FOOTBALL_POSTGRES"),
        };
        Option<string?> redis = new("--redis")
        {
            Description = "Keep answers in Redis at host:port for a while; also by the variable FOOTBALL_REDIS.",
            HelpName = "CONNECTION",
            DefaultValueFactory = _ => Environment.GetEnvironmentVariable("FOOTBALL_REDIS"),
        };
        Option<double> speed = new("--days-per-minute")
        {
            Description = "How many days pass in the simulated league in a minute.",
            DefaultValueFactory = _ => standard.DaysPerMinute,
        };
        speed.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (> 0 and <= MostDaysPerMinute))
            {
                result.AddError($"--days-per-minute must lie above 0 and be at most {MostDaysPerMinute}.");
            }
        });
        Option<int> seed = new("--seed")
        {
            Description = "Equal seeds play equal seasons.",
            DefaultValueFactory = _ => standard.Seed,
        };
        Option<bool> noSimulation = new("--no-simulation") { Description = "Serve what was imported, and invent nothing." };
        Option<string> faults = new("--faults")
        {
            Description = "Faults to switch on, such as slow_queries=0.8,errors=0.3,crash_at_start,leak=4; also by the variable FAULTS.",
            HelpName = "LIST",
            DefaultValueFactory = _ => Environment.GetEnvironmentVariable("FAULTS") ?? "",
        };
        Option<string[]> import = new("--import")
        {
            Description = "Read CSV files of football-data.co.uk into the database, say what was skipped, and end.",
            HelpName = "FILE",
            AllowMultipleArgumentsPerToken = true,
        };

        RootCommand root = new("Predicts football matches, and plays a league to predict if there is none.")
        {
            urls, data, postgres, redis, speed, seed, noSimulation, faults, import,
        };
        root.SetAction((result, _) => run(new ServiceOptions
        {
            Urls = result.GetValue(urls)!,
            DataDirectory = result.GetValue(data)!,
            Postgres = result.GetValue(postgres),
            Redis = result.GetValue(redis),
            DaysPerMinute = result.GetValue(speed),
            Seed = result.GetValue(seed),
            Simulate = !result.GetValue(noSimulation),
            Faults = result.GetValue(faults)!,
            Import = result.GetValue(import) ?? [],
        }));

        ParseResult parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (ParseError error in parsed.Errors)
            {
                Console.Error.WriteLine($"FootballPrediction: {error.Message}");
            }

            Console.Error.WriteLine("FootballPrediction: --help lists the options");
            return Task.FromResult(2);
        }

        // The web host listens for SIGTERM and Ctrl-C itself.
        return parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false });
    }
}

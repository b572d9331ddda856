using System.CommandLine;
using System.CommandLine.Parsing;
using System.Runtime.InteropServices;

namespace FootballPrediction.Load;

/// <summary>Plays the users of FootballPrediction. Exit codes: 0 ended as asked, 2 misunderstood the command line.</summary>
internal static class Program
{
    private const double HighestRate = 200;
    private const int MostUsers = 5000;

    public static async Task<int> Main(string[] args)
    {
        Option<string> target = new("--target") { Description = "The service's address.", DefaultValueFactory = _ => "http://127.0.0.1:8000" };
        target.Validators.Add(result =>
        {
            if (!Uri.TryCreate(result.GetValueOrDefault<string>(), UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("http" or "https"))
            {
                result.AddError("--target must be an address like http://127.0.0.1:8000.");
            }
        });
        Option<double> rate = new("--rate") { Description = "Requests a second, on average.", DefaultValueFactory = _ => 4 };
        rate.Validators.Add(result => Check(result, result.GetValueOrDefault<double>() is > 0 and <= HighestRate, $"above 0 and at most {HighestRate}"));
        Option<int> users = new("--users") { Description = "Different users; about half are around at a time.", DefaultValueFactory = _ => 60 };
        users.Validators.Add(result => Check(result, result.GetValueOrDefault<int>() is > 0 and <= MostUsers, $"from 1 to {MostUsers}"));
        Option<double> duration = new("--duration") { Description = "Seconds until the end; 0 goes on until it is stopped.", HelpName = "SECONDS" };
        duration.Validators.Add(result => Check(result, result.GetValueOrDefault<double>() is >= 0 and < 1e8, "0 or more"));
        Option<int?> seed = new("--seed") { Description = "Equal seeds ask the same questions." };
        RootCommand root = new("Plays the users of FootballPrediction, modestly.") { target, rate, users, duration, seed };
        root.SetAction(async (result, _) =>
        {
            double seconds = result.GetValue(duration);
            await RunAsync(new LoadOptions(
                new Uri(result.GetValue(target)!),
                result.GetValue(rate),
                result.GetValue(users),
                seconds > 0 ? TimeSpan.FromSeconds(seconds) : null,
                result.GetValue(seed)));
            return 0;
        });

        ParseResult parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (ParseError error in parsed.Errors)
            {
                await Console.Error.WriteLineAsync($"FootballPrediction.Load: {error.Message}");
            }

            return 2;
        }

        return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    private static async Task RunAsync(LoadOptions options)
    {
        using CancellationTokenSource stop = new();
        using PosixSignalRegistration terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using PosixSignalRegistration interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        if (options.Duration is { } duration)
        {
            stop.CancelAfter(duration);
        }

        using HttpClient client = new() { BaseAddress = options.Target, Timeout = TimeSpan.FromSeconds(15) };
        Crowd crowd = new(options, client, Console.Out, TimeProvider.System);
        await crowd.RunAsync(stop.Token);

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }

    private static void Check(OptionResult result, bool right, string range)
    {
        if (!right)
        {
            result.AddError($"{result.Option.Name} must be {range}.");
        }
    }
}

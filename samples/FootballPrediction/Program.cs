using System.Data.Common;
using FootballPrediction.Faults;
using FootballPrediction.Import;
using FootballPrediction.Metrics;
using FootballPrediction.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace FootballPrediction;

/// <summary>Exit codes: 0 ended as asked, 1 could not start or skipped rows, 2 misunderstood the command line, 3 crashed as asked.</summary>
internal static class Program
{
    public static Task<int> Main(string[] args) => CommandLine.RunAsync(args, RunAsync);

    private static async Task<int> RunAsync(ServiceOptions options)
    {
        FaultBoard faults = new();
        if (faults.TrySwitchOnAll(options.Faults) is { } problem)
        {
            return Fail(2, problem);
        }

        if (faults.CrashesAtStart)
        {
            return Fail(3, "fatal: the fault crash_at_start is switched on (--faults or FAULTS), so the service ends here");
        }

        try
        {
            return options.Import.Count > 0 ? await ImportAsync(options, faults) : await ServeAsync(options, faults);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or DbException or ArgumentException or FormatException)
        {
            // The message of a refused connection or address is clear; the stack behind it helps nobody.
            return Fail(1, $"cannot start: {error.Message}");
        }
    }

    private static async Task<int> ServeAsync(ServiceOptions options, FaultBoard faults)
    {
        await using WebApplication app = FootballApplication.Build(options, faults);
        try
        {
            await app.StartAsync();
        }
        catch
        {
            // What had started already is told to end, or it would complain of being cut off.
            await app.StopAsync();
            throw;
        }

        Console.WriteLine($"FootballPrediction listens on {string.Join(", ", app.Urls)}");
        await app.WaitForShutdownAsync();
        return 0;
    }

    private static async Task<int> ImportAsync(ServiceOptions options, FaultBoard faults)
    {
        ServiceMetrics metrics = new(NullLogger<ServiceMetrics>.Instance, TimeProvider.System);
        await using Database database = new(FootballApplication.CreateBackend(options), metrics, faults, TimeProvider.System);
        return await CsvImport.RunAsync(
            options.Import, database, new MatchTable(database), Console.Out, Console.Error, CancellationToken.None);
    }

    private static int Fail(int exitCode, string message)
    {
        Console.Error.WriteLine($"FootballPrediction: {message}");
        return exitCode;
    }
}

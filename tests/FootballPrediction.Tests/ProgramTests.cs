using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace FootballPrediction.Tests;

/// <summary>The real program in a process of its own, as whoever starts it sees it.</summary>
public sealed class ProgramTests
{
    [Theory]
    [InlineData("--faults", "crash_at_start", null)]
    [InlineData(null, null, "crash_at_start")]
    public async Task Crash_at_start_ends_with_code_3_and_says_why(string? option, string? value, string? variable)
    {
        string[] arguments = option is null ? [] : [option, value!];
        (int exitCode, _, string errors) = await RunAsync(arguments, variable);

        Assert.Equal(3, exitCode);
        Assert.Equal(
            "FootballPrediction: fatal: the fault crash_at_start is switched on (--faults or FAULTS), so the service ends here\n", errors);
    }

    [Theory]
    [InlineData("--seeed", "'--seeed'")]
    [InlineData("--days-per-minute=0", "--days-per-minute must lie above 0 and be at most 1000")]
    [InlineData("--seed=abc", "abc")]
    [InlineData("--faults=leek", "unknown fault \"leek\"; did you mean \"leak\"?")]
    public async Task A_command_line_that_makes_no_sense_ends_with_code_2(string argument, string reason)
    {
        (int exitCode, _, string errors) = await RunAsync([argument]);

        Assert.Equal(2, exitCode);
        Assert.Contains(reason, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_in_use_is_named_in_one_line()
    {
        using TemporaryDirectory data = new();
        using TcpListener taken = new(IPAddress.Loopback, 0);
        taken.Start();
        string address = $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}";

        (int exitCode, _, string errors) = await RunAsync(["--urls", address, "--data", data.Path]);

        Assert.Equal(1, exitCode);
        Assert.Equal($"FootballPrediction: cannot start: Failed to bind to address {address}: address already in use.\n", errors);
    }

    [Fact]
    public async Task The_service_goes_on_after_a_restart_and_ends_cleanly_when_told()
    {
        using TemporaryDirectory data = new();
        DateTimeOffset first = await ServeAsync(data.Path);
        DateTimeOffset second = await ServeAsync(data.Path);

        Assert.True(second >= first, $"{second} comes before {first}");

        static async Task<DateTimeOffset> ServeAsync(string data)
        {
            using Process process = Start(["--urls", "http://127.0.0.1:0", "--data", data, "--days-per-minute", "600"]);
            string line = await process.StandardOutput.ReadLineAsync() ?? "";
            Assert.StartsWith("FootballPrediction listens on http://127.0.0.1:", line, StringComparison.Ordinal);
            using HttpClient client = new() { BaseAddress = new Uri(line.Split(' ')[^1]) };
            await ServiceUnderTest.UntilAsync(async () => (await client.GetAsync("/health/ready")).IsSuccessStatusCode);
            await Task.Delay(500);
            string metrics = await client.GetStringAsync("/metrics");
            await EndAsync(process);
            Assert.Equal(0, process.ExitCode);
            return DateTimeOffset.FromUnixTimeSeconds((long)MetricsText.Value(metrics, "league_time_seconds")!.Value);
        }
    }

    [Fact]
    public async Task Import_reports_bad_rows_and_the_service_predicts_what_was_imported()
    {
        using TemporaryDirectory data = new();
        string file = data.File("E0.csv");
        await File.WriteAllTextAsync(
            file,
            "Div,Date,HomeTeam,AwayTeam,FTHG,FTAG,FTR\n"
            + "E0,12/08/2023,Arsenal,Fulham,2,1,H\nE0,12/08/2023,Everton,Wolves,zero,1,A\nE0,19/08/2023,Fulham,Arsenal,1,1,D\n");

        (int exitCode, string output, string errors) = await RunAsync(["--data", data.Path, "--import", file, data.File("none.csv")]);

        Assert.Equal(2, exitCode);
        Assert.Contains($"{file}: 2 matches imported, 1 problems\n", output, StringComparison.Ordinal);
        Assert.Contains($"{file}:3: FTHG \"zero\" is no number of goals; row skipped\n", errors, StringComparison.Ordinal);
        Assert.Contains($"{data.File("none.csv")}: cannot be read:", errors, StringComparison.Ordinal);

        using Process process = Start(["--urls", "http://127.0.0.1:0", "--data", data.Path, "--no-simulation"]);
        string line = await process.StandardOutput.ReadLineAsync() ?? "";
        using HttpClient client = new() { BaseAddress = new Uri(line.Split(' ')[^1]) };
        await ServiceUnderTest.UntilAsync(async () => (await client.GetAsync("/health/ready")).IsSuccessStatusCode);
        using StringContent question = new("{\"home\":\"Arsenal\",\"away\":\"Fulham\"}", System.Text.Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await client.PostAsync("/predictions", question);
        await EndAsync(process);

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
    }

    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync(string[] arguments, string? faults = null)
    {
        using Process process = Start(arguments, faults);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, errors);
    }

    private static Process Start(string[] arguments, string? faults = null)
    {
        ProcessStartInfo start = new(Path.Combine(AppContext.BaseDirectory, "FootballPrediction"), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["FAULTS"] = faults ?? "";
        start.Environment["FOOTBALL_POSTGRES"] = "";
        return Process.Start(start)!;
    }

    private static async Task EndAsync(Process process)
    {
        using (Process kill = Process.Start("kill", ["-TERM", $"{process.Id}"]))
        {
            await kill.WaitForExitAsync();
        }

        await process.WaitForExitAsync();
    }
}

using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Touchline.EndToEnd.Demo;

public sealed class DemoTests
{
    private static readonly Regex Started = new("football-prediction is started with process id ([0-9]+)", RegexOptions.CultureInvariant);

    [Fact]
    public async Task The_sample_is_watched_and_when_it_is_killed_that_is_told_and_it_comes_back()
    {
        using var folder = new TemporaryFolder();
        int users;
        await using (var touchline = await TouchlineProcess.StartAsync(folder.Path, "--demo"))
        {
            await Patience.UntilAsync("the sample is scraped", async () => (await touchline.ValuesAsync("up{job=\"football-prediction\"} == 1")).Count == 1);
            await Patience.UntilAsync("its users ask it", async () => (await touchline.ValuesAsync("sum(http_requests_total{job=\"football-prediction\"}) > 5")).Count == 1);
            var first = int.Parse(Started.Match(touchline.Errors).Groups[1].Value);
            users = int.Parse(Regex.Match(touchline.Errors, "football-prediction-users is started with process id ([0-9]+)").Groups[1].Value);

            Process.GetProcessById(first).Kill();
            await Patience.UntilAsync("the overview tells the exit code", async () => (await touchline.GetAsync("/")).Contains("137"));
            await Patience.UntilAsync("it is started again", () => Started.Count(touchline.Errors) == 2);
            var second = int.Parse(Started.Matches(touchline.Errors)[1].Groups[1].Value);
            Assert.NotEqual(first, second);
            await Patience.UntilAsync("it is scraped again", async () => (await touchline.ValuesAsync("up{job=\"football-prediction\"} == 1")).Count == 1);
            Assert.NotEmpty(await touchline.GetAsync("/-/ready"));

            // Killed itself, Touchline leaves no child behind.
            await touchline.KillAsync();
            await Patience.UntilAsync("the children are gone", () => !IsRunning(second) && !IsRunning(users));
        }
    }

    [Fact]
    public async Task A_sample_that_crashes_at_start_is_told_with_its_last_lines()
    {
        using var folder = new TemporaryFolder();
        await using var touchline = await TouchlineProcess.StartAsync(folder.Path, "--demo", "--demo.faults=crash_at_start");
        await Patience.UntilAsync("the overview tells the last lines", async () => (await touchline.GetAsync("/")).Contains("crash_at_start is switched on"));
        Assert.NotEmpty(await touchline.ValuesAsync("up{job=\"node\"} == 1"));
        touchline.Terminate();
        Assert.Equal(0, await touchline.WaitAsync());
    }

    private static bool IsRunning(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}

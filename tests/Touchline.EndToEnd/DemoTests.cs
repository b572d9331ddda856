using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Touchline.EndToEnd.Running;

namespace Touchline.EndToEnd;

/// <summary>The sample application as a child: seen, missed when it dies, brought back, and never left behind.</summary>
public sealed class DemoTests
{
    private static readonly Regex Started = new("football-prediction is started with process id (?<id>[0-9]+)");

    [Fact]
    public async Task Sample_is_watched_shown_down_when_it_is_killed_and_started_again()
    {
        using var folder = new TemporaryFolder();
        await using var touchline = await TouchlineProcess.StartAsync(folder.Path, "--demo");

        // 1. It is there, with what its users do.
        await Eventually.TrueAsync(
            async () => await touchline.ValueAsync("sum(rate(http_requests_total{job=\"football-prediction\"}[1m]))") is > 0, () => $"the sample has no users:\n{touchline.Log.Text}");
        await Eventually.TrueAsync(async () => await touchline.ValueAsync("up{job=\"football-prediction\"}") is 1, "the sample is not up");
        foreach (var metric in (string[])
            ["http_request_duration_seconds_bucket", "prediction_requests_total", "prediction_accuracy", "active_users", "data_quality_score", "db_connections_active"])
        {
            await Eventually.TrueAsync(
                async () => await touchline.ValueAsync($"count({metric}{{job=\"football-prediction\"}})") is > 0, $"{metric} is not there");
        }
        // The page asks for a longer time than the questions above, so that it may have its figures a little later.
        string[] words = ["football-prediction", "Up", "Requests", "Errors", "Duration", "Active users", "Prediction accuracy"];
        var page = "";
        await Eventually.TrueAsync(
            async () => (page = await OverviewAsync(touchline)) is var shown && words.All(word => shown.Contains(word, StringComparison.Ordinal)), () => $"the Overview lacks some of its words:\n{page}");

        // 2. Killed, it is shown down with all that is known.
        var killed = SampleIds(touchline)[^1];
        PosixProcess.Signal(killed, PosixProcess.Kill);
        page = await Eventually.GetAsync(
            async () => await OverviewAsync(touchline) is var shown && shown.Contains("Last exit code", StringComparison.Ordinal) ? shown : null,
            "the Overview does not say that the sample was killed");
        Assert.Matches(@"Last exit code\s+137 \(SIGKILL\)", page);
        Assert.Matches(@"Down since\s+\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", page);
        Assert.Matches(@"Restarts\s+\d", page);
        Assert.Contains("FootballPrediction listens on", page, StringComparison.Ordinal);

        // 3. It comes back as another process, and its series go on.
        await Eventually.TrueAsync(() => SampleIds(touchline)[^1] != killed, () => $"it is not started again:\n{touchline.Log.Text}");
        await Eventually.TrueAsync(
            async () => await touchline.ValueAsync("min_over_time(up{job=\"football-prediction\"}[4s])") is 1, () => $"it does not come back:\n{touchline.Log.Text}");

        // 4. Nothing is left of it after the end.
        var children = PosixProcess.Descendants(touchline.Id);
        Assert.True(children.Count >= 2, "the sample and its users are children");
        Assert.Equal(0, await touchline.StopAsync());
        await AssertGoneAsync(children);
    }

    [Fact]
    public async Task Crash_at_start_is_shown_with_its_exit_code_and_what_was_printed_and_nothing_else_suffers()
    {
        using var folder = new TemporaryFolder();
        await using var touchline = await TouchlineProcess.StartAsync(folder.Path, "--demo", "--demo.faults=crash_at_start");

        var page = await Eventually.GetAsync(
            async () => await OverviewAsync(touchline) is var shown && shown.Contains("Last exit code", StringComparison.Ordinal) ? shown : null,
            "the Overview does not say that the sample crashed");

        Assert.Matches(@"Last exit code\s+3\s", page);
        Assert.Contains("fatal: the fault crash_at_start is switched on", page, StringComparison.Ordinal);
        Assert.Matches(@"Down since\s+\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", page);
        await Eventually.TrueAsync(async () => await touchline.ValueAsync("count(node_load1)") is 1, "the host is not watched");
        await Eventually.TrueAsync(() => SampleIds(touchline).Count >= 2, () => $"it is not tried again:\n{touchline.Log.Text}");
        page = await Eventually.GetAsync(
            async () => await OverviewAsync(touchline) is var shown && Regex.IsMatch(shown, @"Restarts\s+[1-9]") ? shown : null, "restarts are not counted");
        Assert.Contains("crash_at_start", page, StringComparison.Ordinal);
        Assert.Equal(0, await touchline.StopAsync());
    }

    [Fact]
    public async Task Nothing_is_left_behind_when_touchline_itself_is_killed()
    {
        using var folder = new TemporaryFolder();
        await using var touchline = await TouchlineProcess.StartAsync(folder.Path, "--demo");
        await Eventually.TrueAsync(() => SampleIds(touchline).Count > 0, "the sample is not started");
        var children = PosixProcess.Descendants(touchline.Id);
        Assert.Contains(SampleIds(touchline)[0], children);

        await touchline.KillAsync();

        await AssertGoneAsync(children);
    }

    private static List<int> SampleIds(TouchlineProcess touchline) =>
        [.. touchline.Log.All.Select(line => Started.Match(line)).Where(m => m.Success).Select(m => int.Parse(m.Groups["id"].Value, CultureInfo.InvariantCulture))];

    private static async Task AssertGoneAsync(IReadOnlyList<int> processes)
    {
        try
        {
            await Eventually.TrueAsync(() => !processes.Any(PosixProcess.Runs), $"of the processes {string.Join(", ", processes)} some still run");
        }
        finally
        {
            // A failed test leaves none behind either.
            foreach (var process in processes.Where(PosixProcess.Runs))
            {
                PosixProcess.Signal(process, PosixProcess.Kill);
            }
        }
    }

    /// <summary>The page's text as it comes from the server, before any script.</summary>
    private static async Task<string> OverviewAsync(TouchlineProcess touchline)
    {
        var page = await touchline.GetTextAsync("/");
        var body = page[page.IndexOf("<body", StringComparison.Ordinal)..];
        return WebUtility.HtmlDecode(Regex.Replace(body, "<[^>]*>", " "));
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Text;
using Touchline.Benchmarks.Queries;
using Touchline.Benchmarks.Servers;
using Touchline.Benchmarks.Streams;

namespace Touchline.Benchmarks.Storage;

/// <summary>
/// Fills Touchline with a million active series, asks for much, drops the connection at different moments, and measures how long the server still
/// works for nobody.
/// </summary>
internal sealed class CancelRun(BenchmarkArguments arguments)
{
    private const int Steps = 4;
    private const int Moments = 10;
    private const double AimMs = 100;

    private static readonly (string Name, string Page)[] Requests =
    [
        ("`count({…})`", Query("count({__name__!=\"\"})")),
        ("`{…}`, written as JSON", Query("{__name__!=\"\"}")),
        ("`sort_desc({…})`", Query("sort_desc({__name__!=\"\"})")),
        ("`topk by (handler) (5, {…})`", Query("topk by (handler) (5, {__name__!=\"\"})")),
        ("`sum by (instance) (rate({…}[1m]))`", Query("sum by (instance) (rate({__name__!=\"\"}[1m]))")),
        ("`a / on (…) a`", Query("{__name__=~\"node_.*\"} / on (__name__, instance, device, cpu, mode, chip, sensor) {__name__=~\"node_.*\"}")),
        ("`{mountpoint=~\".*[13579].*[02468]$\", instance!~\".*77.*\"}`", Query("count({mountpoint=~\".*[13579].*[02468]$\",instance!~\".*77.*\"})")),
        ("series", $"/api/v1/series?match[]={Uri.EscapeDataString("{__name__!=\"\"}")}"),
        ("labels with a selector", $"/api/v1/labels?match[]={Uri.EscapeDataString("{__name__!=\"\"}")}"),
        ("label values with a selector", $"/api/v1/label/instance/values?match[]={Uri.EscapeDataString("{__name__!=\"\"}")}"),
    ];

    public async Task<string> RunAsync()
    {
        var work = Directory.CreateTempSubdirectory("touchline-cancel-").FullName;
        try
        {
            var steps = arguments.Option("--steps", Steps);
            using var bodies = BodyFile.Write(
                new SyntheticStream(arguments.Option("--targets", MillionSeries.Targets), steps, WriteStream.StartOf(steps)), Path.Combine(work, "bodies"));
            using var server = await new TouchlineServer(arguments).StartAsync(Path.Combine(work, "touchline"));
            _ = await Loader.SendAsync(server, bodies.Bodies());
            _ = await server.IdleAsync(TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(2));
            return await MeasureAsync(server, bodies.Stream);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static string Query(string query) => $"/api/v1/query?query={Uri.EscapeDataString(query)}";

    private async Task<string> MeasureAsync(Server server, WriteStream stream)
    {
        var moments = arguments.Option("--moments", Moments);
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{stream.Series:N0} active series. Each request is given up at {moments} moments, spread over the time that it takes when it is not.\n");
        text.AppendLine("| request for all series | whole, s | still at work behind the drop, ms: median | most |\n|---|---|---|---|");
        var all = new List<double>();
        foreach (var (name, address) in Requests)
        {
            // The stream stays where it is while time goes on.
            var page = string.Create(CultureInfo.InvariantCulture, $"{address}&time={stream.EndMs / 1000}");
            // The first is not counted: it compiles code.
            _ = await WholeAsync(server, page);
            var whole = await WholeAsync(server, page);
            var behind = new List<double>();
            for (var moment = 0; moment < moments; moment++)
            {
                await QuietAsync(server);
                behind.Add((await DropAsync(server, page, whole * (moment + 0.5) / moments)).TotalMilliseconds);
            }
            all.AddRange(behind);
            text.AppendLine(CultureInfo.InvariantCulture, $"| {name} | {whole.TotalSeconds:F2} | {RangeQueries.Median(behind):F0} | {behind.Max():F0} |");
        }
        var reached = all.Max() <= AimMs ? "reached" : string.Create(CultureInfo.InvariantCulture, $"missed by {all.Count(ms => ms > AimMs)} of {all.Count}");
        text.AppendLine(CultureInfo.InvariantCulture, $"\nMedian of all {RangeQueries.Median(all):F0} ms, at most {all.Max():F0} ms; the aim is at most {AimMs:F0} ms: {reached}.");
        return text.ToString();
    }

    private static async Task<TimeSpan> WholeAsync(Server server, string page)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(5) };
        var clock = Stopwatch.StartNew();
        using var answer = await http.GetAsync(server.Address + page, HttpCompletionOption.ResponseHeadersRead);
        await answer.Content.CopyToAsync(Stream.Null);
        return answer.IsSuccessStatusCode ? clock.Elapsed : throw new InvalidOperationException($"{page} was answered {(int)answer.StatusCode}");
    }

    /// <summary>Asks, drops the connection after a while, and answers for how long the server's workers went on behind that.</summary>
    private static async Task<TimeSpan> DropAsync(Server server, string page, TimeSpan after)
    {
        using (var http = new HttpClient { Timeout = TimeSpan.FromMinutes(5) })
        using (var giveUp = new CancellationTokenSource(after))
        {
            try
            {
                using var answer = await http.GetAsync(server.Address + page, HttpCompletionOption.ResponseHeadersRead, giveUp.Token);
                await answer.Content.CopyToAsync(Stream.Null, giveUp.Token);
            }
            catch (OperationCanceledException) when (giveUp.IsCancellationRequested)
            {
                return await QuietAsync(server);
            }
        }
        return TimeSpan.Zero; // It was answered before.
    }

    /// <summary>Waits until the workers have rested for a while, and answers for how long they had worked until then.</summary>
    private static async Task<TimeSpan> QuietAsync(Server server)
    {
        var rest = TimeSpan.FromMilliseconds(60);
        var clock = Stopwatch.StartNew();
        var (worked, lastWorked) = (server.WorkerTime(), TimeSpan.Zero);
        while (clock.Elapsed - lastWorked < rest && clock.Elapsed < TimeSpan.FromMinutes(1))
        {
            await Task.Delay(2);
            var now = server.WorkerTime();
            // Less than a tenth of the time is the server's own housekeeping.
            if (now - worked > TimeSpan.FromMilliseconds(1))
            {
                (worked, lastWorked) = (now, clock.Elapsed);
            }
        }
        return lastWorked;
    }
}

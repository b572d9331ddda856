using System.Diagnostics;
using System.Globalization;
using System.Text;
using Touchline.Benchmarks.Servers;
using Touchline.Benchmarks.Streams;

namespace Touchline.Benchmarks.Storage;

/// <summary>
/// How long a server with a million active series is away: after it was killed, and after it was asked to end. Each is filled once and killed;
/// every round starts from a copy of what was left then, so that each reads back the whole log.
/// </summary>
internal sealed class RestartRace(BenchmarkArguments arguments)
{
    private const int Steps = 20;
    private const long BlockRangeMs = 2 * 60 * 60 * 1000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Longer than any of the servers holds back what it acknowledged, so that a kill costs none of them a sample.</summary>
    private static readonly TimeSpan Flushed = TimeSpan.FromSeconds(12);

    public async Task<string> RunAsync()
    {
        var work = Directory.CreateTempSubdirectory("touchline-restart-").FullName;
        try
        {
            var steps = arguments.Option("--steps", Steps);
            using var bodies = BodyFile.Write(
                new SyntheticStream(arguments.Option("--targets", MillionSeries.Targets), steps, StartOf(steps, arguments.Has("--crossing"))), Path.Combine(work, "bodies"));
            var contenders = Contender.Of(arguments);
            var figures = contenders.ToDictionary(contender => contender.Name, _ => new Medians());
            foreach (var contender in contenders)
            {
                await FillAsync(contender, Left(work, contender), bodies, figures[contender.Name]);
            }
            var rounds = arguments.Option("--rounds", 5);
            for (var round = 0; round < rounds; round++)
            {
                foreach (var contender in contenders)
                {
                    var folder = Path.Combine(work, contender.Name);
                    Copy(Left(work, contender), folder);
                    await MeasureAsync(contender, folder, bodies, figures[contender.Name]);
                    Directory.Delete(folder, recursive: true);
                }
            }
            return Table(bodies, rounds, contenders, figures);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    /// <summary>
    /// A start not long ago so that the stream lies in one range of two hours, of which a clean end makes one block; or in two, half in each, if that is what is asked for: whose
    /// series then have to meet.
    /// </summary>
    private static long StartOf(int steps, bool crossing)
    {
        var length = (long)steps * WriteStream.StepMs;
        var start = WriteStream.StartOf(steps);
        var boundary = (start + length) / BlockRangeMs * BlockRangeMs;
        if (crossing)
        {
            return boundary - (length / 2);
        }
        return boundary > start ? boundary - length : start;
    }

    private static string Left(string work, Contender contender) => Path.Combine(work, contender.Name + "-left");

    private static async Task FillAsync(Contender contender, string folder, BodyFile bodies, Medians figures)
    {
        using var server = await contender.StartAsync(folder);
        _ = await Loader.SendAsync(server, bodies.Bodies());
        _ = await server.IdleAsync(TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(2));
        await Task.Delay(Flushed);
        figures.Add("peak-before", server.PeakMemory());
        server.Kill();
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{contender.Name}: filled, {Server.BytesIn(server.DataFolder) / 1e6:F0} MB on disk, peak {figures["peak-before"]:F0} MiB"));
    }

    private static async Task MeasureAsync(Contender contender, string folder, BodyFile bodies, Medians figures)
    {
        using (var server = await RestartAsync(contender, folder, bodies, "kill", figures))
        {
            figures.Add("peak", server.PeakMemory());
            var clock = Stopwatch.StartNew();
            server.Stop(Patience);
            figures.Add("end", clock.Elapsed.TotalSeconds);
        }
        using (await RestartAsync(contender, folder, bodies, "clean", figures))
        {
            Console.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{contender.Name}: killed {figures["kill"]:F2} s, peak {figures["peak"]:F0} MiB; ended in {figures["end"]:F2} s, {figures["clean"]:F2} s"));
        }
    }

    /// <summary>
    /// Starts the server, and measures until the UI sends its first page, until the first query about one of the machines is answered with all that there is, until all is loaded, and until
    /// a query has counted every series.
    /// </summary>
    private static async Task<Server> RestartAsync(Contender contender, string folder, BodyFile bodies, string kind, Medians figures)
    {
        var clock = Stopwatch.StartNew();
        var server = contender.Launch(folder);
        try
        {
            // Whoever opens a page and whoever asks a query come at once, and neither waits for the other.
            var page = server.WaitForAsync(contender.FrontPage, _ => true, Patience);
            // As a panel about one machine asks. A server that answers while it loads would be slowed down by counting a million series again and again.
            await CountAsync(server, $"job=\"node\",instance=\"{SyntheticStream.InstanceOf(bodies.Stream.Targets / 2)}\"", SyntheticStream.SeriesPerTarget, bodies);
            figures.Add($"{kind}-answer", clock.Elapsed.TotalSeconds);
            await server.WaitForAsync("/-/ready", _ => true, Patience);
            figures.Add($"{kind}-ready", clock.Elapsed.TotalSeconds);
            await CountAsync(server, "job=\"node\"", bodies.Stream.Series, bodies);
            figures.Add(kind, clock.Elapsed.TotalSeconds);
            figures.Add($"{kind}-page", (await page).TotalSeconds);
            figures.Add($"{kind}-cpu", server.CpuSeconds());
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    private static async Task CountAsync(Server server, string matchers, int expected, BodyFile bodies)
    {
        var time = (bodies.Stream.EndMs / 1000.0).ToString("R", CultureInfo.InvariantCulture);
        var query = Uri.EscapeDataString($"count({{__name__!=\"\",{matchers}}})");
        await server.WaitForAsync($"/api/v1/query?query={query}&time={time}&nocache=1", body => body.Contains($"\"{expected}\"", StringComparison.Ordinal), Patience);
    }

    private static string Table(BodyFile bodies, int rounds, IReadOnlyList<Contender> contenders, Dictionary<string, Medians> figures)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{bodies.Stream.Series:N0} active series, {bodies.Samples:N0} samples. Seconds from the start of the process to its first page, to the answer to the first query about one machine, to `/-/ready`, and to the answer that counts every series; medians of {rounds} rounds.\n");
        text.AppendLine("| server | after kill -9: page, answer, ready, counted | CPU s | after a clean end: page, answer, ready, counted | CPU s | to end when asked | peak RSS before the kill, MiB | after the restart |\n|---|---|---|---|---|---|---|---|");
        foreach (var contender in contenders)
        {
            var f = figures[contender.Name];
            text.AppendLine(CultureInfo.InvariantCulture, $"| {contender.Name} | {f["kill-page"]:F2}, {f["kill-answer"]:F2}, {f["kill-ready"]:F2}, {f["kill"]:F2} | {f["kill-cpu"]:F2} | {f["clean-page"]:F2}, {f["clean-answer"]:F2}, {f["clean-ready"]:F2}, {f["clean"]:F2} | {f["clean-cpu"]:F2} | {f["end"]:F2} | {f["peak-before"]:F0} | {f["peak"]:F0} |");
        }
        if (figures.TryGetValue("touchline", out var ours))
        {
            if (figures.TryGetValue("prometheus", out var theirs))
            {
                foreach (var (key, what) in new[] { ("-answer", "a query about one machine is answered"), ("", "every series is counted") })
                {
                    var (clean, kill) = (ours["clean" + key] / theirs["clean" + key], ours["kill" + key] / theirs["kill" + key]);
                    text.AppendLine(CultureInfo.InvariantCulture, $"\nOf prometheus' time until {what} Touchline needs {clean:F2} after a clean end (the aim is at most 0.10: {(clean <= 0.1 ? "reached" : "missed")}) and {kill:F2} after kill -9 (at most 0.50: {(kill <= 0.5 ? "reached" : "missed")}).");
                }
            }
            text.AppendLine(CultureInfo.InvariantCulture, $"\nIts first page comes after {Math.Max(ours["kill-page"], ours["clean-page"]):F2} s (the aim is at most 2), and the start after the kill peaks at {ours["peak"] / ours["peak-before"]:F2} of what the killed process had (at most 1).");
        }
        return text.ToString();
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var folder in Directory.EnumerateDirectories(from, "*", SearchOption.AllDirectories))
        {
            Directory.CreateDirectory(Path.Combine(to, Path.GetRelativePath(from, folder)));
        }
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            File.Copy(file, Path.Combine(to, Path.GetRelativePath(from, file)));
        }
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Text;
using Touchline.Benchmarks.Servers;
using Touchline.Benchmarks.Streams;

namespace Touchline.Benchmarks.Storage;

/// <summary>How long a server with a million active series is away: after it was asked to end, and after it was killed.</summary>
internal sealed class RestartRace(BenchmarkArguments arguments)
{
    private const int Steps = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public async Task<string> RunAsync()
    {
        var work = Directory.CreateTempSubdirectory("touchline-restart-").FullName;
        try
        {
            var steps = arguments.Option("--steps", Steps);
            using var bodies = BodyFile.Write(
                new SyntheticStream(arguments.Option("--targets", MillionSeries.Targets), steps, WriteStream.StartOf(steps)), Path.Combine(work, "bodies"));
            var contenders = Contender.Of(arguments);
            var figures = contenders.ToDictionary(contender => contender.Name, _ => new Medians());
            var rounds = arguments.Option("--rounds", 5);
            foreach (var contender in contenders)
            {
                await MeasureAsync(contender, Path.Combine(work, contender.Name), bodies, rounds, figures[contender.Name]);
                Directory.Delete(Path.Combine(work, contender.Name), recursive: true);
            }
            var text = new StringBuilder();
            text.AppendLine(CultureInfo.InvariantCulture, $"{bodies.Stream.Series:N0} active series, {bodies.Samples:N0} samples. Seconds from the start of the process, medians of {rounds} rounds.\n");
            text.AppendLine("| server | to end when asked | first byte of the UI, then every series in a query: after a clean end | after kill -9 | peak RSS before the kill, MiB | after the restart |\n|---|---|---|---|---|---|");
            foreach (var contender in contenders)
            {
                var f = figures[contender.Name];
                text.AppendLine(CultureInfo.InvariantCulture, $"| {contender.Name} | {f["end"]:F2} | {f["clean-page"]:F2}, {f["clean"]:F2} | {f["kill-page"]:F2}, {f["kill"]:F2} | {f["peak-before"]:F0} | {f["peak"]:F0} |");
            }
            if (figures.TryGetValue("touchline", out var ours) && figures.TryGetValue("prometheus", out var theirs))
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"\nOf prometheus' time Touchline needs {ours["clean"] / theirs["clean"]:F2} after a clean end (the aim is at most 0.10) and {ours["kill"] / theirs["kill"]:F2} after kill -9 (at most 0.50).");
            }
            return text.ToString();
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static async Task MeasureAsync(Contender contender, string folder, BodyFile bodies, int rounds, Medians figures)
    {
        var server = await contender.StartAsync(folder);
        try
        {
            _ = await Loader.SendAsync(server, bodies.Bodies());
            _ = await server.IdleAsync(TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(2));
            var peak = server.PeakMemory();
            for (var round = 0; round < rounds; round++)
            {
                figures.Add("peak-before", peak);
                // A kill first: in the first round the log holds everything that was written.
                server.Kill();
                server.Dispose();
                server = await RestartAsync(contender, folder, bodies, "kill", figures);
                figures.Add("peak", server.PeakMemory());
                var clock = Stopwatch.StartNew();
                server.Stop(Patience);
                figures.Add("end", clock.Elapsed.TotalSeconds);
                server.Dispose();
                server = await RestartAsync(contender, folder, bodies, "clean", figures);
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{contender.Name}: killed {figures["kill"]:F2} s, ended {figures["clean"]:F2} s"));
            }
        }
        finally
        {
            server.Dispose();
        }
    }

    /// <summary>Starts the server, and measures until the UI sends its first page and until a query sees every series.</summary>
    private static async Task<Server> RestartAsync(Contender contender, string folder, BodyFile bodies, string kind, Medians figures)
    {
        var clock = Stopwatch.StartNew();
        var server = contender.Launch(folder);
        try
        {
            await server.WaitForAsync(contender.FrontPage, _ => true, Patience);
            figures.Add($"{kind}-page", clock.Elapsed.TotalSeconds);
            var time = (bodies.Stream.EndMs / 1000.0).ToString("R", CultureInfo.InvariantCulture);
            var expected = $"\"{bodies.Stream.Series}\"";
            var query = Uri.EscapeDataString("count({__name__!=\"\",job=\"node\"})");
            await server.WaitForAsync($"/api/v1/query?query={query}&time={time}&nocache=1", body => body.Contains(expected, StringComparison.Ordinal), Patience);
            figures.Add(kind, clock.Elapsed.TotalSeconds);
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }
}

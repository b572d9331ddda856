using System.Globalization;
using System.Text;
using Touchline.Benchmarks.Servers;
using Touchline.Benchmarks.Streams;

namespace Touchline.Benchmarks.Storage;

/// <summary>Sends the same bodies to every server in turn, and measures CPU, memory and what stays on disk.</summary>
internal sealed class StorageRace(BenchmarkArguments arguments)
{
    private const int Targets = 20;
    private const int Steps = 1200;

    public async Task<string> RunAsync()
    {
        var text = new StringBuilder();
        foreach (var name in arguments.Option("--stream", "synthetic", "recorded"))
        {
            text.AppendLine(await RaceAsync(name)).AppendLine();
        }
        return text.ToString();
    }

    private async Task<string> RaceAsync(string name)
    {
        var steps = arguments.Option("--steps", Steps);
        var start = WriteStream.StartOf(steps);
        WriteStream stream = name == "recorded"
            ? new RecordedStream(await Recording.LoadOrMakeAsync(arguments), steps, start)
            : new SyntheticStream(arguments.Option("--targets", Targets), steps, start);
        var work = Directory.CreateTempSubdirectory("touchline-storage-").FullName;
        try
        {
            using var bodies = BodyFile.Write(stream, Path.Combine(work, "bodies"));
            var contenders = Contender.Of(arguments);
            var rounds = arguments.Option("--rounds", 5);
            var figures = await Rounds.RunAsync(contenders, rounds, work, (contender, folder, measured) => MeasureAsync(contender, folder, bodies, measured));
            return Table(bodies, rounds, contenders, figures);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static async Task MeasureAsync(Contender contender, string folder, BodyFile bodies, Medians figures)
    {
        using var server = await contender.StartAsync(folder);
        var before = server.CpuSeconds();
        var (elapsed, retries) = await Loader.SendAsync(server, bodies.Bodies());
        var acknowledged = server.CpuSeconds() - before;
        var cpu = await contender.SettleAsync(server) - before;
        var millions = bodies.Samples / 1e6;
        figures.Add("acknowledged", acknowledged / millions);
        figures.Add("cpu", cpu / millions);
        figures.Add("peak", server.PeakMemory());
        figures.Add("rate", millions / elapsed.TotalSeconds);
        var (bytes, samples) = await contender.CompactedAsync(server, bodies.Samples);
        figures.Add("disk", (double)bytes / samples);
        figures.Add("covered", (double)samples / bodies.Samples);
        figures.Add("compaction", (server.CpuSeconds() - before - cpu) / millions);
        var stored = await Counting.SamplesByNameAsync(server, bodies.Stream.StartMs, bodies.Stream.EndMs);
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{contender.Name}: {elapsed.TotalSeconds:F0} s, {cpu / millions:F2} CPU s/M, peak {server.PeakMemory():F0} MiB, {(double)bytes / samples:F3} B/sample over {samples:N0}, {retries} retries"));
        if (stored != bodies.Samples)
        {
            throw new InvalidOperationException($"{contender.Name} has {stored} of {bodies.Samples} samples");
        }
    }

    private static string Table(BodyFile bodies, int rounds, IReadOnlyList<Contender> contenders, Dictionary<string, Medians> figures)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"Stream, {bodies.Stream.Description}; {bodies.Samples:N0} samples. Medians of {rounds} rounds (prometheus: one).\n");
        text.AppendLine("| server | CPU s a million samples: until acknowledged | until all is flushed | to compact | peak RSS, MiB | disk after compaction, B a sample | M samples/s over one connection |\n|---|---|---|---|---|---|---|");
        foreach (var contender in contenders)
        {
            var f = figures[contender.Name];
            var covered = f["covered"] < 1 ? string.Create(CultureInfo.InvariantCulture, $" (of the {f["covered"]:P0} in blocks)") : "";
            text.AppendLine(CultureInfo.InvariantCulture, $"| {contender.Name} | {f["acknowledged"]:F2} | {f["cpu"]:F2} | {f["compaction"]:F2} | {f["peak"]:F0} | {f["disk"]:F3}{covered} | {f["rate"]:F2} |");
        }
        text.Append(Ratios.Of(figures, [("cpu", "ingest CPU", 0.7), ("disk", "disk", 0.85)]));
        return text.ToString();
    }
}

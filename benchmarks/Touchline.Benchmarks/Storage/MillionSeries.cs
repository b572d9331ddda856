using System.Globalization;
using System.Text;
using Touchline.Benchmarks.Servers;
using Touchline.Benchmarks.Streams;

namespace Touchline.Benchmarks.Storage;

/// <summary>A million active series, 20 steps: what creating them and writing to them costs.</summary>
internal sealed class MillionSeries(BenchmarkArguments arguments)
{
    public const int Targets = 1000;

    private const int Steps = 20;

    public async Task<string> RunAsync()
    {
        var work = Directory.CreateTempSubdirectory("touchline-million-").FullName;
        try
        {
            var steps = arguments.Option("--steps", Steps);
            var targets = arguments.Option("--targets", Targets);
            using var bodies = BodyFile.Write(new SyntheticStream(targets, steps, WriteStream.StartOf(steps)), Path.Combine(work, "bodies"));
            // What making the bodies took would otherwise stay resident beside the servers.
            GC.Collect();
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
        var cpu = await server.IdleAsync(TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(2)) - before;
        var millions = bodies.Samples / 1e6;
        figures.Add("cpu", cpu / millions);
        figures.Add("peak", server.PeakMemory());
        figures.Add("memory", server.Memory());
        figures.Add("rate", millions / elapsed.TotalSeconds);
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{contender.Name}: {elapsed.TotalSeconds:F0} s, {cpu / millions:F2} CPU s/M, peak {server.PeakMemory():F0} MiB, {server.Memory():F0} MiB then, {retries} retries"));
        var stored = 0L;
        // A server may make what is new in its index visible a while after it was acknowledged.
        for (var attempt = 0; stored != bodies.Samples && attempt < 30; attempt++)
        {
            await Task.Delay(attempt == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(2));
            (stored, _, _) = await Counting.SamplesAsync(server, bodies.Stream.StartMs, bodies.Stream.EndMs, "{__name__!=\"\",job=\"node\"}");
        }
        if (stored != bodies.Samples)
        {
            throw new InvalidOperationException($"{contender.Name} has {stored} of {bodies.Samples} samples");
        }
    }

    private static string Table(BodyFile bodies, int rounds, IReadOnlyList<Contender> contenders, Dictionary<string, Medians> figures)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{bodies.Stream.Series:N0} active series, {bodies.Stream.Steps} steps of 15 s, {bodies.Samples:N0} samples. Medians of {rounds} rounds (prometheus: one).\n");
        text.AppendLine("| server | CPU s a million samples | peak RSS, MiB | RSS once idle, MiB | M samples/s over one connection |\n|---|---|---|---|---|");
        foreach (var contender in contenders)
        {
            var f = figures[contender.Name];
            text.AppendLine(CultureInfo.InvariantCulture, $"| {contender.Name} | {f["cpu"]:F2} | {f["peak"]:F0} | {f["memory"]:F0} | {f["rate"]:F2} |");
        }
        text.Append(Ratios.Of(figures, [("cpu", "CPU", 0.7), ("peak", "peak RSS", 1.0)]));
        return text.ToString();
    }
}

using System.Globalization;
using System.Text;
using Touchline.Benchmarks.Servers;
using Touchline.Benchmarks.Streams;

namespace Touchline.Benchmarks.Storage;

/// <summary>
/// A million active series for an hour of their own time: 240 steps, sent as fast as each server takes them. Bodies are made while
/// they are sent, because a file of them all would not be kept in memory.
/// </summary>
internal sealed class SteadyHour(BenchmarkArguments arguments)
{
    private const int Steps = 240;

    public async Task<string> RunAsync()
    {
        var work = Directory.CreateTempSubdirectory("touchline-hour-").FullName;
        try
        {
            var steps = arguments.Option("--steps", Steps);
            var targets = arguments.Option("--targets", MillionSeries.Targets);
            var start = WriteStream.StartOf(steps);
            // Prometheus would take half an hour more, and its RSS is no aim of ours.
            var contenders = Contender.Of(arguments, "victoria-metrics", "touchline");
            var figures = contenders.ToDictionary(contender => contender.Name, _ => new Medians());
            var rounds = arguments.Option("--rounds", 1);
            for (var round = 0; round < rounds; round++)
            {
                foreach (var contender in contenders)
                {
                    var folder = Path.Combine(work, contender.Name);
                    await MeasureAsync(contender, folder, new SyntheticStream(targets, steps, start), figures[contender.Name]);
                    Directory.Delete(folder, recursive: true);
                }
            }
            var text = new StringBuilder();
            text.AppendLine(CultureInfo.InvariantCulture, $"{targets * SyntheticStream.SeriesPerTarget:N0} active series, {steps} steps of 15 s, sent as fast as each server takes them. Medians of {rounds} round(s).\n");
            text.AppendLine("| server | CPU s a million samples | peak RSS, MiB | RSS at the end of the writes, MiB | RSS once idle, MiB | minutes that the hour took |\n|---|---|---|---|---|---|");
            foreach (var contender in contenders)
            {
                var f = figures[contender.Name];
                text.AppendLine(CultureInfo.InvariantCulture, $"| {contender.Name} | {f["cpu"]:F2} | {f["peak"]:F0} | {f["writing"]:F0} | {f["memory"]:F0} | {f["minutes"]:F1} |");
            }
            text.Append(Ratios.Of(figures, [("peak", "peak RSS over the hour", 1.0), ("writing", "RSS after an hour of steady writes", 1.0), ("memory", "RSS once idle behind it", 1.0)]));
            return text.ToString();
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static async Task MeasureAsync(Contender contender, string folder, SyntheticStream stream, Medians figures)
    {
        using var server = await contender.StartAsync(folder);
        var requests = new WriteRequests(stream);
        var (elapsed, retries) = await Loader.SendAsync(server, requests.Bodies());
        figures.Add("writing", server.Memory());
        var cpu = await contender.SettleAsync(server);
        figures.Add("cpu", cpu / (requests.Samples / 1e6));
        figures.Add("peak", server.PeakMemory());
        figures.Add("memory", server.Memory());
        figures.Add("minutes", elapsed.TotalMinutes);
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{contender.Name}: {elapsed.TotalMinutes:F1} min, peak {server.PeakMemory():F0} MiB, {figures["writing"]:F0} MiB at the end, {server.Memory():F0} MiB once idle, {retries} retries"));
    }
}

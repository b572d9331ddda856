using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Touchline.Benchmarks.Queries;
using Touchline.Benchmarks.Servers;

namespace Touchline.Benchmarks.Race;

/// <summary>
/// Has prometheus and touchline scrape one large target at the same time and interval, and tells what CPU the whole server takes for a
/// scrape: the first, with which all series are new, and those after it.
/// </summary>
internal sealed class ParseRace(BenchmarkArguments arguments)
{
    private const int WarmUp = 5;

    /// <summary>CPU time is told in hundredths of a second, so that a figure is a mean over so many scrapes.</summary>
    private const int ScrapesPerFigure = 10;

    private const double Aim = 0.5;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly int _series = arguments.Number(0, 50_000);
    private readonly int _figures = arguments.Number(1, 5);
    private readonly string _touchline = arguments.Option("--touchline", $"{arguments.Root}/artifacts/benchmark/touchline")[0];

    public async Task<string> RunAsync()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture,
            $"One target with {_series:N0} series, scraped by both at once every two seconds. Medians of {_figures} means over {ScrapesPerFigure} scrapes each.\n");
        text.AppendLine("| format | scrape, CPU ms: prometheus | touchline | ratio | first scrape, CPU ms: prometheus | touchline | ratio |\n|---|---|---|---|---|---|---|");
        var worst = 0.0;
        foreach (var format in arguments.Option("--formats", ParsedBodies.Formats))
        {
            var (prometheus, touchline) = await MeasureAsync(format);
            worst = Math.Max(worst, touchline.Steady / prometheus.Steady);
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {format} | {prometheus.Steady:F0} | {touchline.Steady:F0} | {touchline.Steady / prometheus.Steady:F2} | {prometheus.First:F0} | {touchline.First:F0} | {touchline.First / prometheus.First:F2} |");
        }
        text.AppendLine(CultureInfo.InvariantCulture,
            $"\nTouchline's CPU time for a scrape is at most {worst:F2} of prometheus'; the aim is at most {Aim:F2}: {(worst <= Aim ? "reached" : "missed")}.");
        return text.ToString();
    }

    private async Task<(Figures Prometheus, Figures Touchline)> MeasureAsync(string format)
    {
        var work = Directory.CreateTempSubdirectory("touchline-benchmark-").FullName;
        await using var target = await LargeTarget.StartAsync(arguments.Port + 9);
        var servers = new List<Server>();
        try
        {
            servers.Add(await StartAsync("prometheus", $"{arguments.Peers}/usr/bin/prometheus", 0, ["--enable-feature=native-histograms"]));
            servers.Add(await StartAsync("touchline", _touchline, 2, ["--enable-feature=native-histograms", "--collector.self=false", "--collector.host=false", "--collector.containers=false"]));
            foreach (var server in servers)
            {
                await server.IdleAsync(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(20));
            }
            var seconds = servers.ToDictionary(server => server.Name, _ => new ConcurrentDictionary<int, double>());
            target.ScrapeBegins = (name, scrape) => seconds[name][scrape] = servers.Single(server => server.Name == name).CpuSeconds();
            target.Open(new ParsedBodies(format, _series));
            var last = WarmUp + _figures * ScrapesPerFigure + 1;
            await UntilAsync(() => servers.All(server => target.Scrapes(server.Name) >= last));
            foreach (var server in servers)
            {
                // Scrapes that failed would be cheap.
                await server.WaitForAsync("/api/v1/query?query=min_over_time(up[30s])==1", body => body.Contains("large", StringComparison.Ordinal), TimeSpan.FromSeconds(5));
            }
            return (FiguresOf(seconds["prometheus"]), FiguresOf(seconds["touchline"]));
        }
        finally
        {
            servers.ForEach(server => server.Dispose());
            Directory.Delete(work, recursive: true);
        }

        async Task<Server> StartAsync(string name, string program, int port, string[] flags)
        {
            var folder = Path.Combine(work, name);
            Directory.CreateDirectory(folder);
            var file = Path.Combine(folder, "prometheus.yml");
            await File.WriteAllTextAsync(file, string.Create(CultureInfo.InvariantCulture, $"""
                global: {"{"} scrape_interval: 2s, scrape_timeout: 2s {"}"}
                scrape_configs:
                  - job_name: large
                    metrics_path: /{name}/metrics
                    scrape_protocols: [{format}]
                    static_configs: [{"{"} targets: ['127.0.0.1:{arguments.Port + 9}'] {"}"}]
                """));
            return await Server.StartAsync(name, program, arguments.Port + port, folder,
                [$"--config.file={file}", $"--storage.tsdb.path={folder}/data", $"--web.listen-address=127.0.0.1:{arguments.Port + port}", .. flags], TimeSpan.FromMinutes(2));
        }
    }

    private Figures FiguresOf(ConcurrentDictionary<int, double> seconds)
    {
        var steady = Enumerable.Range(0, _figures)
            .Select(figure => WarmUp + 1 + figure * ScrapesPerFigure)
            .Select(from => (seconds[from + ScrapesPerFigure] - seconds[from]) * 1000 / ScrapesPerFigure);
        return new Figures((seconds[2] - seconds[1]) * 1000, RangeQueries.Median([.. steady]));
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var timeout = new CancellationTokenSource(Patience);
        while (!condition())
        {
            await Task.Delay(50, timeout.Token);
        }
    }

    /// <summary>CPU milliseconds of a scrape.</summary>
    private sealed record Figures(double First, double Steady);
}

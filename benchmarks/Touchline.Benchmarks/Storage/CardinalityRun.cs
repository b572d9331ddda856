using System.Globalization;
using System.Text;
using Touchline.Benchmarks.Queries;
using Touchline.Benchmarks.Servers;
using Touchline.Benchmarks.Streams;

namespace Touchline.Benchmarks.Storage;

/// <summary>What budgets of series cost where a million series are made, what refusing a million more costs, and what it costs to ask what is heavy.</summary>
internal sealed class CardinalityRun(BenchmarkArguments arguments)
{
    private const int Rounds = 3;
    private const int Asks = 100; // CPU seconds are told in hundredths.

    private static readonly string[] Pages = ["/api/v1/status/tsdb", "/api/v1/status/cardinality", "/api/v1/status/unread_metrics", "/metrics"];

    public async Task<string> RunAsync()
    {
        var work = Directory.CreateTempSubdirectory("touchline-cardinality-").FullName;
        try
        {
            var targets = arguments.Option("--targets", MillionSeries.Targets);
            using var bodies = BodyFile.Write(new SyntheticStream(targets, 1, WriteStream.StartOf(1)), Path.Combine(work, "bodies"));
            (string Name, long Total)[] budgets = [("none", 0), ("for all, each job and each metric, none reached", 2L * bodies.Stream.Series), ("for all, half of the series", bodies.Stream.Series / 2)];
            var cpu = budgets.ToDictionary(budget => budget.Name, _ => new List<double>());
            var asked = Pages.ToDictionary(page => page, _ => new List<double>());
            for (var round = 0; round < arguments.Option("--rounds", Rounds); round++)
            {
                foreach (var (name, total) in budgets)
                {
                    using var server = await StartAsync(Path.Combine(work, $"{round}-{total}"), total);
                    var before = server.CpuSeconds();
                    // What a budget refuses is said with the first body, and the others are sent all the same.
                    foreach (var body in bodies.Bodies())
                    {
                        await SendAsync(server, body);
                    }
                    cpu[name].Add(await server.IdleAsync(TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(2)) - before);
                    if (total == budgets[1].Total)
                    {
                        await AskAsync(server, asked);
                    }
                }
            }
            return Table(bodies.Stream.Series, cpu, asked);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static string Table(int series, Dictionary<string, List<double>> cpu, Dictionary<string, List<double>> asked)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{series:N0} new series, a sample each; medians.\n\n| budgets | CPU s |\n|---|---|");
        foreach (var (name, seconds) in cpu)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {name} | {RangeQueries.Median(seconds):F2} |");
        }
        text.AppendLine(CultureInfo.InvariantCulture, $"\n| page, with {series:N0} series in the head | CPU ms a request |\n|---|---|");
        foreach (var (page, milliseconds) in asked)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| `{page}` | {RangeQueries.Median(milliseconds):F1} |");
        }
        return text.ToString();
    }

    private static async Task SendAsync(Server server, ReadOnlyMemory<byte> body)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(2) };
        using var content = new ReadOnlyMemoryContent(body);
        content.Headers.ContentType = new("application/x-protobuf");
        content.Headers.ContentEncoding.Add("snappy");
        using var request = new HttpRequestMessage(HttpMethod.Post, server.Address + "/api/v1/write") { Content = content };
        using var answer = await http.SendAsync(request);
        _ = await answer.Content.ReadAsByteArrayAsync();
    }

    private static async Task AskAsync(Server server, Dictionary<string, List<double>> asked)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(2) };
        foreach (var (page, milliseconds) in asked)
        {
            _ = await http.GetByteArrayAsync(server.Address + page); // The first compiles code.
            var before = server.CpuSeconds();
            for (var i = 0; i < Asks; i++)
            {
                _ = await http.GetByteArrayAsync(server.Address + page);
            }
            milliseconds.Add((server.CpuSeconds() - before) * 1000 / Asks);
        }
    }

    private async Task<Server> StartAsync(string folder, long total)
    {
        Directory.CreateDirectory(folder);
        var configuration = Path.Combine(folder, "touchline.yml");
        await File.WriteAllTextAsync(
            configuration,
            total == 0 ? "global: {}\n" : string.Create(CultureInfo.InvariantCulture, $"storage:\n  tsdb:\n    series_limits: {{ total: {total}, per_job: {total}, per_metric: {total} }}\n"));
        var port = arguments.Port + 2;
        return await Server.StartAsync(
            "touchline", $"{arguments.Root}/artifacts/benchmark/touchline", port, folder,
            [
                $"--config.file={configuration}", $"--storage.tsdb.path={folder}/data", $"--web.listen-address=127.0.0.1:{port}", "--web.enable-remote-write-receiver",
                "--collector.self=false", "--collector.host=false", "--collector.containers=false",
            ],
            TimeSpan.FromMinutes(1));
    }
}

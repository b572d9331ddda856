using System.Globalization;
using System.Text;
using Touchline.Benchmarks.Servers;
using Touchline.Benchmarks.Streams;

namespace Touchline.Benchmarks.Queries;

/// <summary>Queries of all kinds over the synthetic stream, one at a time, then a dashboard's page over the recorded one, all of its panels at once.</summary>
internal sealed class QueryRace(BenchmarkArguments arguments)
{
    private const int Targets = 20;
    private const int Steps = 1200;
    private const int StepSeconds = 30;

    public async Task<string> RunAsync()
    {
        var steps = arguments.Option("--steps", Steps);
        using var filled = await FilledServers.StartAsync(arguments, steps, async start =>
            [new SyntheticStream(arguments.Option("--targets", Targets), steps, start), new RecordedStream(await Recording.LoadOrMakeAsync(arguments), steps, start)]);
        var text = new StringBuilder();
        if (!arguments.Has("--page-only"))
        {
            text.AppendLine(await OneByOneAsync(filled));
        }
        if (!arguments.Has("--queries-only"))
        {
            text.AppendLine(await new PageRace(arguments, filled, StepSeconds).RunAsync());
        }
        return text.ToString();
    }

    private async Task<string> OneByOneAsync(FilledServers filled)
    {
        var runs = arguments.Option("--rounds", 5);
        var stream = filled.Streams[0];
        var chosen = arguments.Option("--grep", [""])[0];
        var queries = new RangeQueries(filled.Servers, stream.StartMs, stream.EndMs, StepSeconds, runs);
        var rows = await queries.RunAsync(StreamQueries.All.Where(query => query.Contains(chosen, StringComparison.Ordinal)));
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{filled.Samples:N0} samples, {string.Join(" and ", filled.Streams.Select(s => $"{s.Series:N0} series"))} over {stream.Steps * 15 / 3600.0:F1} h. Range queries over all of it at {StepSeconds}-s steps: median latency of {runs}, ms (CPU of the server, ms), the answers compared with Prometheus'.\n");
        text.Append(queries.Table(rows));
        return text.ToString();
    }
}

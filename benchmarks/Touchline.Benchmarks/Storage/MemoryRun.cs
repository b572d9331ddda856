using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Touchline.Benchmarks.Servers;
using Touchline.Benchmarks.Streams;
using Touchline.EndToEnd.Running;

namespace Touchline.Benchmarks.Storage;

/// <summary>
/// Sends Touchline series within a memory limit until the kernel kills it, with more than a million of them, starts it again within the same
/// limit, and counts what is there. The long form of the end-to-end test of the same.
/// </summary>
internal sealed class MemoryRun(BenchmarkArguments arguments)
{
    private const int RoomMebibytes = 400;

    /// <summary>More than the room can hold.</summary>
    private const int Targets = 3000;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public async Task<string> RunAsync()
    {
        var room = arguments.Option("--room", RoomMebibytes);
        if (!MemoryLimit.TryCreate(room * 1024L * 1024, out var limit))
        {
            throw new InvalidOperationException("there is no memory control group that may be written to");
        }
        using var _ = limit;
        var work = Directory.CreateTempSubdirectory("touchline-memory-").FullName;
        try
        {
            using var bodies = BodyFile.Write(new SyntheticStream(arguments.Option("--targets", Targets), 1, WriteStream.StartOf(1)), Path.Combine(work, "bodies"));
            var folder = Path.Combine(work, "touchline");
            return await MeasureAsync(limit, room, new TouchlineServer(arguments), folder, bodies);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static async Task<string> MeasureAsync(MemoryLimit limit, int room, TouchlineServer touchline, string folder, BodyFile bodies)
    {
        var acknowledged = 0;
        using (var server = touchline.Launch(folder, limit.Command))
        {
            await server.WaitForAsync("/-/ready", _ => true, Patience);
            try
            {
                // All bodies but the last are of the same length.
                _ = await Loader.SendAsync(server, bodies.Bodies().Select(body =>
                {
                    acknowledged++;
                    return body;
                }));
            }
            catch (HttpRequestException)
            {
                // The body under way was not acknowledged.
                acknowledged--;
            }
        }
        if (limit.Kills != 1)
        {
            throw new InvalidOperationException($"the kernel killed {limit.Kills} processes; --targets is how many thousand series are sent, --room what they may take, MiB");
        }
        var series = acknowledged * WriteRequests.SamplesPerBody;
        Console.Error.WriteLine($"killed after {series} series");
        var clock = Stopwatch.StartNew();
        using var again = touchline.Launch(folder, limit.Command);
        await again.WaitForAsync("/", _ => true, Patience);
        var page = clock.Elapsed;
        await again.WaitForAsync("/-/ready", _ => true, Patience);
        var ready = clock.Elapsed;
        var found = await CountAsync(again, bodies.Stream.EndMs, series / SyntheticStream.SeriesPerTarget);
        if (found < series || limit.Kills != 1)
        {
            throw new InvalidOperationException($"{found} of {series} acknowledged series are there after the restart, and the kernel killed {limit.Kills} processes");
        }
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"| memory that it may take, MiB | series acknowledged before the kernel killed it | there after the restart | first page, s | all is loaded, s |\n|---|---|---|---|---|");
        text.AppendLine(CultureInfo.InvariantCulture, $"| {room} | {series:N0} | {found:N0} | {page.TotalSeconds:F2} | {ready.TotalSeconds:F2} |");
        return text.ToString();
    }

    /// <summary>Target by target: an answer about all series at once, and a selection from all of them, needs memory of its own. The last target may be there in part.</summary>
    private static async Task<long> CountAsync(Server server, long timeMs, int targets)
    {
        using var http = new HttpClient { Timeout = Patience };
        var found = 0L;
        for (var target = 0; target <= targets; target++)
        {
            var query = Uri.EscapeDataString($"count({{instance=\"{SyntheticStream.InstanceOf(target)}\"}})");
            var body = await http.GetStringAsync(string.Create(CultureInfo.InvariantCulture, $"{server.Address}/api/v1/query?query={query}&time={timeMs / 1000.0}"));
            using var answer = JsonDocument.Parse(body);
            foreach (var one in answer.RootElement.GetProperty("data").GetProperty("result").EnumerateArray())
            {
                found += long.Parse(one.GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture);
            }
        }
        return found;
    }
}

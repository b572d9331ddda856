using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb;
using Touchline.Tsdb.Exchange;

namespace Touchline.Differential.Storage;

/// <summary>The real promtool dumps what was exported as Touchline dumps what it was exported from, line for line.</summary>
public sealed class DumpTests : IDisposable
{
    private const long Start = 1_700_000_000_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("touchline-dump-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Lines_are_those_of_promtool()
    {
        var data = Path.Combine(_folder, "data");
        using (var store = TsdbStore.Open(new TsdbOptions { Path = data, RetentionTimeMs = 0 }, new StoppedTime(), NullLogger.Instance))
        using (var appender = store.OpenAppender())
        {
            double[] values = [0, -0.0, 1, 1.5, 123456, 1234567, 1e21, 1.5e-7, 0.0001, double.MaxValue, double.Epsilon, double.NaN, double.PositiveInfinity, StaleMarker.Value];
            Labels[] all =
            [
                Labels.Of("__name__", "plain"), Labels.Of("__name__", "two", "a", "x\"y\\z\nw", "b", "é"), Labels.Of("__name__", "a.b", "with.dot", "v"),
            ];
            foreach (var labels in all)
            {
                var series = default(SeriesRef);
                for (var i = 0; i < values.Length; i++)
                {
                    Assert.Equal(AppendStatus.Stored, appender.Append(ref series, labels, Start + (i * 15_250), values[i]));
                }
            }
            appender.Commit();
        }
        var exported = Path.Combine(_folder, "exported");
        PrometheusExport.Run(new PrometheusExportOptions { Source = data, Target = exported }, TimeProvider.System, _ => { }, default);

        foreach (var verb in (string[])["dump", "dump-openmetrics"])
        {
            foreach (var more in (string[][])[[], ["--match={__name__=~\"two|plain\"}"], ["--match=two", "--match=plain"], [$"--min-time={Start + 1}", $"--max-time={Start + 60_000}"]])
            {
                var expected = await RunAsync(Peers.Program("promtool"), ["tsdb", verb, exported, .. more]);
                Assert.NotEmpty(expected);
                var actual = await RunAsync(Touchline(), ["tsdb", verb, data, .. more]);
                if (verb == "dump-openmetrics")
                {
                    // promtool writes such names bare, which no parser of OpenMetrics reads.
                    (expected, actual) = (WithoutDots(expected), WithoutDots(actual));
                }
                Assert.Equal(expected, actual);
            }
        }
    }

    private static string WithoutDots(string dump) => string.Join('\n', dump.Split('\n').Where(line => !line.Contains("with.dot", StringComparison.Ordinal)));

    private static string Touchline()
    {
        var framework = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(Peers.Repository, "src", "Touchline", "bin", framework.Parent!.Name, framework.Name, "touchline");
    }

    private static async Task<string> RunAsync(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {await errors}");
        return await output;
    }

    private sealed class StoppedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(Start + 3_600_000);
    }
}

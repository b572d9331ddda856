using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Touchline.Differential.PromQL;
using Touchline.Model;
using Touchline.PromQL;
using Touchline.Tsdb;
using Touchline.Tsdb.Exchange;
using MatchType = Touchline.Model.MatchType;

namespace Touchline.Differential.Storage;

/// <summary>The same OpenMetrics text to the real promtool and to Touchline: what one takes the other takes, and what is served of it is the same.</summary>
public sealed class OpenMetricsImportTests : IDisposable
{
    private const long Start = 1_700_006_400; // A multiple of two hours, in seconds.

    private readonly string _folder = Directory.CreateTempSubdirectory("touchline-openmetrics-").FullName;

    /// <summary>Texts, and where in them Touchline finds fault; none with those that both take.</summary>
    public static TheoryData<string, string> Texts => new()
    {
        { "# EOF\n", "" },
        { "m 1 {T}\n# EOF", "" },
        { "m 1 {T}\nm 1 {T}\nm 2 {T}\n# EOF\n", "" },
        { "m 1 {T}\nm 2 1700003000\nm 3 1600000000\n# EOF\n", "" },
        { "a 1 {T}\nb 1 {T}\na 2 1700006401\n# TYPE a gauge\n# EOF\n", "" },
        { "m 1 1.7000064e9\nz 5 0\n# EOF\n", "" },
        { "m 1 {T}.0005\nm 2 1700006401.9999999\n# EOF\n", "" },
        { "m NaN {T}\nn Infinity {T}\no -inf {T}\np -0 {T}\n# EOF\n", "" },
        { "m{a=\"\",b=\"x\",} 1 {T}\n{\"a.b\",\"c d\"=\"e\\\"f\"} 2 {T}\na:b 3 {T}\n# EOF\n", "" },
        { "# TYPE h histogram\nh_bucket{le=\"1\"} 1 {T}\nh_bucket{le=\"1e3\"} 1 {T}\n# TYPE g gauge\ng{le=\"1\"} 1 {T}\n# EOF\n", "" },
        { "# TYPE \"a.b\" gauge\n{\"a.b\"} 1 {T} # {} 1\n# EOF\n", "" },
        { "m 1 {T}\n", ":2:1" },
        { "", ":1:1" },
        { "m 1 {T}\n# EOF\n\n", ":2:1" },
        { "m 1\n# EOF\n", ":1:1" },
        { "m 1 {T}\n\nm 2 1700006401\n# EOF\n", ":2:1" },
        { "m 1 {T}\r\n# EOF\r\n", ":1:5" },
        { "m  1 {T}\n# EOF\n", ":1:3" },
        { "m 1 {T} \n# EOF\n", ":1:15" },
        { "# hello\nm 1 {T}\n# EOF\n", ":1:1" },
        { "m{a=b} 1 {T}\n# EOF\n", ":1:5" },
        { "m{a=\"b\" 1 {T}\n# EOF\n", ":1:8" },
        { "m{a=\"1\",a=\"2\"} 1 {T}\n# EOF\n", ":1:1" },
        { "m 1 NaN\n# EOF\n", ":1:5" },
        { "m 0x1p4 {T}\n# EOF\n", ":1:3" },
        { "m 1_000 {T}\n# EOF\n", ":1:3" },
        { "# TYPE m tally\n# EOF\n", ":1:10" },
        { "# UNIT m seconds\n# EOF\n", ":1:10" },
        { "# HELP m\n# EOF\n", ":1:9" },
        { "{a=\"b\"} 1 {T}\n# EOF\n", ":1:7" },
        { "m_total 1 {T} # {a=b} 1\n# EOF\n", ":1:27" },
        { "m_total 1 {T} # {a=\"b\"} 1 x\n# EOF\n", ":1:34" },
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Answers_are_those_of_the_blocks_that_promtool_makes()
    {
        var file = Path.Combine(_folder, "samples.txt");
        await File.WriteAllTextAsync(file, Text());
        var blocks = Directory.CreateDirectory(Path.Combine(_folder, "promtool")).FullName;
        var (code, _, error) = await RunAsync(Peers.Program("promtool"), "tsdb", "create-blocks-from", "openmetrics", file, blocks);
        Assert.True(code == 0, error);
        var data = Path.Combine(_folder, "data");
        (code, _, error) = await RunAsync(Touchline(), "tsdb", "import", "openmetrics", file, "--storage.tsdb.path", data);
        Assert.True(code == 0, error);
        var exported = Path.Combine(_folder, "exported");
        PrometheusExport.Run(new PrometheusExportOptions { Source = data, Target = exported }, TimeProvider.System, _ => { }, default);

        const string Everything = "{__name__=~\".+\"}[10d]";
        const long At = (Start + (9 * 86400)) * 1000;
        var expected = await ServedAsync(blocks, Everything, At);
        Assert.True(expected.Series.Count > 20);
        Assert.Null(expected.DifferenceTo(await ServedAsync(exported, Everything, At)));
        using var store = TsdbStore.Open(new TsdbOptions { Path = data, RetentionTimeMs = 0 }, TimeProvider.System, NullLogger.Instance);
        using var engine = new PromQLEngine(store, new PromQLOptions(), TimeProvider.System);
        Assert.Null(expected.DifferenceTo(Answer.Of(Everything, () => engine.Query(Everything, At, QueryLimits.Default, default))));

        // What promtool leaves out.
        using var querier = store.OpenQuerier(long.MinValue, long.MaxValue);
        var metrics = querier.Metadata();
        Assert.Equal(new MetricMetadata(MetricType.Counter, "Taken, with \n and \\ in it.", "balls"), metrics["shots_balls"]);
        Assert.Equal(MetricType.GaugeHistogram, metrics["queue"].Type);
        Assert.Equal(MetricType.StateSet, metrics["state"].Type);
        var exemplars = store.SelectExemplars([[new LabelMatcher(MatchType.Equal, "__name__", "shots_balls_total")]], long.MinValue, long.MaxValue, default);
        Assert.Equal(1000, Assert.Single(exemplars).Exemplars.Count);
        var created = querier.Select([new LabelMatcher(MatchType.Equal, "__name__", "shots_balls_total")], false, default).Single().CreatedTimes();
        Assert.Equal([(Start - 10) * 1000, (Start + 5000) * 1000], created);
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task What_promtool_takes_is_taken_and_what_it_refuses_is_refused_with_its_place(string text, string place)
    {
        var file = Path.Combine(_folder, "samples.txt");
        await File.WriteAllTextAsync(file, text.Replace("{T}", Start.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
        var blocks = Path.Combine(_folder, "promtool");
        Directory.CreateDirectory(Path.Combine(blocks, "wal")); // Which its dump wants.
        var theirs = await RunAsync(Peers.Program("promtool"), "tsdb", "create-blocks-from", "openmetrics", file, blocks);
        var data = Path.Combine(_folder, "data");
        var ours = await RunAsync(Touchline(), "tsdb", "import", "openmetrics", file, "--storage.tsdb.path", data);
        Assert.Equal((theirs.Code, place.Length == 0), (ours.Code, ours.Code == 0));
        if (place.Length > 0)
        {
            Assert.StartsWith($"{file}{place}: ", ours.Error, StringComparison.Ordinal);
            Assert.Empty((await RunAsync(Touchline(), "tsdb", "dump", data)).Output);
            return;
        }
        Assert.Equal(Lines((await RunAsync(Peers.Program("promtool"), "tsdb", "dump", blocks)).Output), Lines((await RunAsync(Touchline(), "tsdb", "dump", data)).Output));
    }

    /// <summary>Every type, with exemplars and created timestamps, over block boundaries and with days between.</summary>
    private static string Text()
    {
        var text = new StringBuilder("# HELP shots_balls Taken, with \\n and \\\\ in it.\n# TYPE shots_balls counter\n# UNIT shots_balls balls\n");
        for (var i = 0; i < 1000; i++)
        {
            var time = string.Create(CultureInfo.InvariantCulture, $"{Start + (i * 15)}.{i % 1000:D3}");
            text.Append(CultureInfo.InvariantCulture, $"shots_balls_total{{side=\"home\"}} {i % 334 * 3} {time} # {{trace_id=\"{i}\"}} 1 {time}\n");
            text.Append(CultureInfo.InvariantCulture, $"shots_balls_created{{side=\"home\"}} {(i < 334 ? Start - 10 : Start + 5000)} {time}\n");
        }
        text.Append("# TYPE wait_seconds histogram\n");
        for (var i = 0; i < 200; i++)
        {
            var time = Start + (i * 60);
            text.Append(CultureInfo.InvariantCulture, $"wait_seconds_bucket{{le=\"0.1\"}} {i} {time}\nwait_seconds_bucket{{le=\"1\"}} {2 * i} {time} # {{}} 0.5\n");
            text.Append(CultureInfo.InvariantCulture, $"wait_seconds_bucket{{le=\"+Inf\"}} {3 * i} {time}\nwait_seconds_count {3 * i} {time}\nwait_seconds_sum {i * 1.5} {time}\n");
            text.Append(CultureInfo.InvariantCulture, $"wait_seconds_created {Start - 5}.25 {time}\n");
        }
        text.Append("# TYPE size_bytes summary\n");
        for (var i = 0; i < 5; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"size_bytes{{quantile=\"0.5\"}} {i} {Start + i}\nsize_bytes{{quantile=\"1\"}} {i} {Start + i}\nsize_bytes_count {i} {Start + i}\nsize_bytes_sum {i}.5 {Start + i}\n");
        }
        text.Append("# TYPE queue gaugehistogram\nqueue_bucket{le=\"1\"} 2 {T}\nqueue_bucket{le=\"+Inf\"} 3 {T}\nqueue_gcount 3 {T}\nqueue_gsum 2.5 {T}\n")
            .Append("# TYPE build info\nbuild_info{version=\"1.0\",odd=\"a\\\"b\\\\c\\nd\"} 1 {T}\n# TYPE state stateset\nstate{state=\"a\"} 1 {T}\nstate{state=\"b\"} 0 {T}\n")
            .Append("# TYPE what unknown\nwhat 1e-5 {T}.1239\nwhat 1e300 1700006410\nwhat +Inf 1700006420\nwhat -Inf 1700006430\nwhat -0 1700006440\n")
            .Append("{\"dotted.name\",\"l.b\"=\"v\"} 5 {T}\nempty{a=\"\"} 6 {T}\nempty{a=\"\",b=\"x\"} 7 {T}\n# TYPE apart gauge\n")
            .Append(CultureInfo.InvariantCulture, $"apart 3 {Start + (8 * 86400)}\napart 1 {Start + 86400}\napart 2 {Start + (3 * 86400)}\n# EOF\n");
        return text.Replace("{T}", Start.ToString(CultureInfo.InvariantCulture)).ToString();
    }

    private static List<string> Lines(string dump) => [.. dump.Split('\n').Order(StringComparer.Ordinal)];

    private async Task<Answer> ServedAsync(string data, string query, long timeMs)
    {
        await using var prometheus = await RealPrometheus.StartOnAsync(_folder, data);
        using var answer = await prometheus.QueryAsync(query, timeMs);
        return Answer.Of(answer);
    }

    private static string Touchline()
    {
        var framework = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(Peers.Repository, "src", "Touchline", "bin", framework.Parent!.Name, framework.Name, "touchline");
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }
}

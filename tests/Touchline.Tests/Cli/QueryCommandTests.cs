using System.Text.Json;
using Touchline.Cli;
using Touchline.Cli.Query;
using Touchline.Model;
using Touchline.Tests.Api;

namespace Touchline.Tests.Cli;

public sealed class QueryCommandTests(ApiServer server) : IClassFixture<ApiServer>
{
    [Fact]
    public async Task Instant_prints_a_table_with_the_values_first()
    {
        var (code, output, _) = await RunAsync("instant", "requests_total", "--time", server.At(30_000));

        Assert.Equal(ExitCodes.Fine, code);
        Assert.Equal(
            """
            value  series
               21  requests_total{instance="a", job="shop"}
               21  requests_total{instance="b", job="shop"}

            """, output);
    }

    [Theory]
    [InlineData("1 + 1", "2\n")]
    [InlineData("\"text\"", "text\n")]
    [InlineData("absent_metric", "no series\n")]
    public async Task Instant_prints_what_has_no_series(string query, string expected) => Assert.Equal(expected, (await RunAsync("instant", query)).Output);

    [Fact]
    public async Task Instant_prints_the_samples_of_a_range_vector_with_their_times()
    {
        var (_, output, _) = await RunAsync("instant", "up[1m]", "--time", server.At(1000));

        Assert.Equal($"up{{instance=\"a\", job=\"shop\"}}\n  {TimeText.Utc(server.Start / 1000.0)}  1\n", output);
    }

    [Fact]
    public async Task Csv_has_a_column_for_each_label_and_quotes_what_needs_it()
    {
        var (code, output, _) = await RunAsync("range", "{__name__=~\"up|odd\"}", "--start", server.At(0), "--end", server.At(30_000), "--step", "30s", "--csv");

        Assert.Equal(ExitCodes.Fine, code);
        var (first, second) = (TimeText.Utc(server.Start / 1000.0), TimeText.Utc(server.Start / 1000.0 + 30));
        Assert.Equal(
            $"__name__,http.status,instance,job,timestamp,value\nodd,\"2<&>\"\"é\",,shop,{first},1e+21\nodd,\"2<&>\"\"é\",,shop,{second},1e+21\nup,,a,shop,{first},1\nup,,a,shop,{second},1\n",
            output);
    }

    [Fact]
    public async Task Range_draws_a_chart_and_sums_each_series_up()
    {
        var (code, output, _) = await RunAsync("range", "requests_total", "--start", server.At(0), "--end", server.At(60_000), "--step", "15s");

        Assert.Equal(ExitCodes.Fine, code);
        var lines = output.Split('\n');
        Assert.StartsWith("42 ┤", lines[0]);
        Assert.StartsWith(" 0 ┤", lines[9]);
        Assert.EndsWith(" UTC", lines[11]);
        Assert.Contains("  0    21   42    42  ▁▃▅▆█  requests_total{instance=\"a\", job=\"shop\"}", output);
        Assert.DoesNotContain('\u001b', output);
    }

    [Fact]
    public async Task Series_and_labels_are_listed()
    {
        Assert.Equal(
            "requests_total{instance=\"a\", job=\"shop\"}\nrequests_total{instance=\"b\", job=\"shop\"}\n", (await RunAsync("series", "--match", "requests_total")).Output);
        Assert.Equal("__name__,instance,job\nrequests_total,a,shop\nrequests_total,b,shop\n", (await RunAsync("series", "--match", "requests_total", "--csv")).Output);
        Assert.Equal("a\nb\n", (await RunAsync("labels", "instance")).Output);
        Assert.Equal("a\n", (await RunAsync("labels", "instance", "--match", "up")).Output);
        Assert.Equal("name\n__name__\ninstance\njob\n", (await RunAsync("labels", "--match", "requests_total", "--csv")).Output);
    }

    [Fact]
    public async Task Explain_prints_the_plan_as_a_tree()
    {
        var (code, output, _) = await RunAsync("explain", "sum(requests_total) / on() up", "--time", server.At(30_000));

        Assert.Equal(ExitCodes.Fine, code);
        var lines = output.Split('\n');
        Assert.EndsWith("operator", lines[0]);
        Assert.EndsWith("  binary sum(requests_total) / on () up", lines[1]);
        Assert.EndsWith("  ├ aggregate sum(requests_total)", lines[2]);
        Assert.EndsWith("  │ └ select requests_total", lines[3]);
        Assert.EndsWith("  └ select up", lines[4]);
    }

    [Fact]
    public async Task Explain_as_csv_says_how_deep_each_operator_lies()
    {
        var (_, output, _) = await RunAsync("explain", "sum(rate(requests_total[1m]))", "--start", server.At(0), "--end", server.At(60_000), "--step", "30s", "--csv");

        Assert.Equal(["depth,operator", "0,aggregate", "1,call", "2,range"], output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => string.Join(',', l.Split(',')[..2])));
    }

    [Theory]
    [InlineData("instant", "up")]
    [InlineData("range", "up")]
    [InlineData("series", "--match", "up")]
    [InlineData("labels")]
    [InlineData("explain", "up")]
    public async Task Json_is_the_answer_as_the_server_gave_it(params string[] arguments)
    {
        var (code, output, _) = await RunAsync([.. arguments, "--json"]);

        Assert.Equal(ExitCodes.Fine, code);
        Assert.Equal("success", JsonDocument.Parse(output).RootElement.GetProperty("status").GetString());
    }

    [Fact]
    public async Task An_error_of_the_server_is_a_finding_and_a_note_is_none()
    {
        var (code, output, error) = await RunAsync("instant", "up +");
        Assert.Equal((ExitCodes.Findings, ""), (code, output));
        Assert.Contains("parse error: unexpected end of input", error);

        (code, _, error) = await RunAsync("instant", "rate(depth[1m])", "--time", server.At(30_000));
        Assert.Equal(ExitCodes.Fine, code);
        Assert.Contains("metric might not be a counter", error);
    }

    [Theory]
    [InlineData("--start: \"yesterday\" is no time", "range", "up", "--start", "yesterday")]
    [InlineData("--json and --csv cannot both be given", "instant", "up", "--json", "--csv")]
    public async Task What_cannot_be_asked_is_told(string message, params string[] arguments)
    {
        var (code, _, error) = await RunAsync(arguments);

        Assert.Equal(ExitCodes.CouldNotRun, code);
        Assert.Contains(message, error);
    }

    [Fact]
    public async Task A_query_may_be_longer_than_an_address()
    {
        var (code, output, _) = await RunAsync("instant", $"scalar(up{{job=\"shop\"}}) * 0 + {string.Concat(Enumerable.Repeat(" ", 400_000))}7", "--time", server.At(0));

        Assert.Equal((ExitCodes.Fine, "7\n"), (code, output));
    }

    [Theory]
    [InlineData("now", 5000L)]
    [InlineData("now-1m30s", -85_000L)]
    [InlineData("now+1s", 6000L)]
    [InlineData("1.5", 1500L)]
    [InlineData("1970-01-01T00:00:02.5Z", 2500L)]
    [InlineData("1970-01-01T01:00:00+01:00", 0L)]
    [InlineData("soon", null)]
    [InlineData("now-", null)]
    [InlineData("1e30", null)]
    public void Times_are_read_as_people_type_them(string text, long? expected) => Assert.Equal(expected, TimeText.ToMilliseconds(text, 5000));

    [Fact]
    public void A_chart_is_as_wide_as_the_terminal_and_coloured_only_on_one()
    {
        var series = new ChartSeries(Labels.Empty, [0, 10, 20, 90], [1, 2, double.NaN, 3], "3");
        var plain = Draw(new Terminal(new StringWriter(), isColoured: false, width: 60), series);
        var coloured = Draw(new Terminal(new StringWriter(), isColoured: true, width: 60), series);

        Assert.All(plain, line => Assert.True(line.Length <= 60, line));
        Assert.Contains(plain, line => line.Length == 60);
        Assert.DoesNotContain(plain, line => line.Contains('\u001b'));
        Assert.Contains(coloured, line => line.Contains("\u001b[36m"));
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(12.3456, "12.35")]
    [InlineData(0.012345, "0.0123")]
    [InlineData(123456, "123456")]
    [InlineData(12_345_678, "1.235E+7")]
    [InlineData(-0.00001234, "-1.234E-5")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "+Inf")]
    public void Figures_have_four_digits(double value, string expected) => Assert.Equal(expected, TerminalChart.Short(value));

    [Fact]
    public void A_spark_shows_gaps_and_a_flat_line_in_the_middle()
    {
        Assert.Equal("▁▅ █", TerminalChart.Spark([0, 5, double.NaN, 10]));
        Assert.Equal("▅▅", TerminalChart.Spark([3, 3]));
        Assert.Equal("", TerminalChart.Spark([double.NaN]));
    }

    private static string[] Draw(Terminal terminal, ChartSeries series)
    {
        TerminalChart.Print([series], terminal);
        return terminal.Output.ToString()!.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await TouchlineCommand.RunAsync(["query", .. arguments, "--server", server.Client.BaseAddress!.ToString()], output, error);
        return (code, output.ToString(), error.ToString());
    }
}

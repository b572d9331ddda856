using System.Text;
using System.Text.Json;

namespace Touchline.Differential.Api;

/// <summary>Both servers scrape the same bodies with the feature type-and-unit-labels, and hold the same series.</summary>
public sealed class TypeAndUnitLabelsTests
{
    private const string Feature = "--enable-feature=type-and-unit-labels";

    private const string Text =
        """
        before 1
        before{__type__="own",__unit__="own"} 1
        # HELP a_total text
        # TYPE a_total counter
        a_total{x="1"} 1
        a_total{x="2",__type__="gauge",__unit__="own"} 2
        # TYPE b gauge
        b 1
        # UNIT b bytes
        b{x="after what is no unit here"} 1
        # TYPE h histogram
        h_bucket{le="1"} 1
        h_bucket{le="+Inf"} 2
        h_sum 3
        h_count 2
        # TYPE s summary
        s{quantile="0.5"} 1
        s_sum 1
        s_count 1
        # TYPE u untyped
        u 1
        u{__type__="own",__unit__="own"} 2
        # TYPE b gauge
        other 5
        # HELP helped text
        helped 1

        """;

    private const string OpenMetrics =
        """
        before 1
        # HELP a_seconds text
        # TYPE a_seconds counter
        # UNIT a_seconds seconds
        a_seconds_total{x="1"} 1
        a_seconds_total{x="2",__type__="gauge",__unit__="own"} 2
        a_seconds_created{x="1"} 100
        # TYPE b gauge
        b 1
        # TYPE h_bytes histogram
        # UNIT h_bytes bytes
        h_bytes_bucket{le="1"} 1
        h_bytes_bucket{le="+Inf"} 2
        h_bytes_sum 3
        h_bytes_count 2
        # TYPE s summary
        s{quantile="0.5"} 1
        s_sum 1
        s_count 1
        # TYPE gh gaugehistogram
        gh_bucket{le="+Inf"} 2
        gh_gcount 2
        gh_gsum 2
        # TYPE i info
        i_info{v="1"} 1
        # TYPE st stateset
        st{st="a"} 1
        # TYPE u unknown
        u 1
        u{__type__="own",__unit__="own"} 2
        # TYPE um_m unknown
        # UNIT um_m m
        um_m 1
        # HELP helped text
        helped 1
        # UNIT before_m m
        # TYPE before_m gauge
        before_m 1
        # TYPE empty gauge
        """ + "\n# UNIT empty \nempty 1\n# EOF\n";

    private static readonly string[] Swapped =
        ["# TYPE x counter\nx 1\n# TYPE y gauge\ny 1\nz 1\n", "# TYPE x gauge\nx 2\ny 2\n# TYPE z counter\nz 2\nnew 2\n"];

    [Fact]
    public async Task Scraped_series_have_the_labels_that_Prometheus_gives_them()
    {
        var swapped = 0;
        await using var target = new ExpositionServer(path => path switch
        {
            "/text" => ("text/plain; version=0.0.4", Encoding.UTF8.GetBytes(Text)),
            "/openmetrics" => ("application/openmetrics-text; version=1.0.0", Encoding.UTF8.GetBytes(OpenMetrics)),
            _ => ("text/plain; version=0.0.4", Encoding.UTF8.GetBytes(Swapped[Volatile.Read(ref swapped)])),
        });
        string Job(string name, string path, string labels, params string[] settings) =>
            $"- job_name: {name}\n  metrics_path: {path}\n" + string.Concat(settings.Select(setting => $"  {setting}\n"))
            + $"  static_configs: [{{ targets: [\"{target.Address}\"], labels: {{ {labels} }} }}]\n";
        var config = "global: { scrape_interval: 1s, scrape_timeout: 1s }\nscrape_configs:\n"
            + Job("text", "/text", "") + Job("openmetrics", "/openmetrics", "") + Job("swapped", "/swapped", "")
            + Job("labelled", "/openmetrics", "__type__: target, __unit__: target, site: s")
            + Job("relabelled", "/text", "", "relabel_configs: [{ target_label: __type__, replacement: r }, { target_label: __unit__, replacement: r }]")
            + Job("honoured", "/openmetrics", "__type__: target", "honor_labels: true")
            + Job("seen", "/openmetrics", "", "metric_relabel_configs: [{ source_labels: [__type__], regex: counter, action: drop }, "
                + "{ source_labels: [__type__, __unit__], target_label: seen }, { regex: __unit__, action: labeldrop }]");
        var servers = await Task.WhenAll(ServerProcess.StartPrometheusAsync(config, Feature), ServerProcess.StartTouchlineAsync(config, Feature));
        await using var prometheus = servers[0];
        await using var touchline = servers[1];

        await WaitForAsync(servers, "count(scrape_samples_scraped > 0)", "7");
        var expected = await SeriesAsync(prometheus);
        Assert.Contains(expected, series => series.Contains("""__name__=a_seconds_total,__type__=counter,__unit__=seconds"""));
        Assert.Equal(expected, await SeriesAsync(touchline));

        // What a target said of a series first stays with it as long as it shows the series.
        Volatile.Write(ref swapped, 1);
        await WaitForAsync(servers, "new", "2");
        Assert.Equal(await SeriesAsync(prometheus), await SeriesAsync(touchline));

        // Of one scrape there is nothing to note.
        await WaitForAsync(servers, "min(count_over_time(up[1m]) > bool 1)", "1");
        foreach (var query in (string[])["rate(b{job=\"text\"}[1m])", "increase(a_total[1m])", "rate(h_sum{job=\"text\"}[1m])", "irate(b[1m])", "rate(before[1m]) or rate(up[1m])"])
        {
            Assert.Equal(await NotesAsync(prometheus, query), await NotesAsync(touchline, query));
        }
    }

    private static async Task WaitForAsync(ServerProcess[] servers, string query, string value)
    {
        for (var attempt = 0; ; attempt++)
        {
            var answers = await Task.WhenAll(servers.Select(server => server.DataAsync("/api/v1/query?query=" + Uri.EscapeDataString(query))));
            if (answers.All(answer => answer.GetProperty("result") is var result && result.GetArrayLength() == 1 && result[0].GetProperty("value")[1].GetString() == value))
            {
                return;
            }
            Assert.True(attempt < 300, $"{query} does not become {value}");
            await Task.Delay(200);
        }
    }

    /// <summary>All series with their values, apart from those that tell how a scrape went in time.</summary>
    private static async Task<List<string>> SeriesAsync(ServerProcess server)
    {
        var answer = await server.DataAsync("/api/v1/query?query=" + Uri.EscapeDataString("{job=~\".+\",__name__!~\"scrape_(duration|series).*\"}"));
        return [.. answer.GetProperty("result").EnumerateArray().Select(Line).Order(StringComparer.Ordinal)];
    }

    private static string Line(JsonElement series) =>
        string.Join(',', series.GetProperty("metric").EnumerateObject().Select(label => $"{label.Name}={label.Value}").Order(StringComparer.Ordinal))
        + " " + series.GetProperty("value")[1].GetString();

    private static async Task<string> NotesAsync(ServerProcess server, string query)
    {
        var (_, body) = await server.AskAsync("/api/v1/query?query=" + Uri.EscapeDataString(query));
        using var document = JsonDocument.Parse(body);
        return query + ": " + (document.RootElement.TryGetProperty("infos", out var infos) ? string.Join('\n', infos.EnumerateArray().Select(info => info.GetString()).Order()) : "");
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Text;
using Touchline.Differential.Push;
using Touchline.Scraping.Families;
using Touchline.Scraping.Linting;

namespace Touchline.Differential.Linting;

/// <summary>Expositions that are good, bad and ugly get the findings of promtool, word for word.</summary>
public sealed class PromtoolCheckMetricsTests
{
    private static readonly string[] Units =
    [
        "amperes", "bytes", "celsius", "grams", "joules", "kelvin", "meters", "metres", "moles", "seconds", "volts", "minutes", "hours", "days", "weeks", "kelvins", "fahrenheit", "rankine",
        "inches", "yards", "miles", "bits", "calories", "pounds", "ounces", "feet", "percent", "ratio", "watts", "hertz", "stone", "tesla", "second", "byte", "candela", "radians", "degrees", "litres",
    ];

    private static readonly string[] Prefixes =
    [
        "", "pico", "nano", "micro", "milli", "centi", "deci", "deca", "hecto", "kilo", "kibi", "mega", "mibi", "mebi", "giga", "gibi", "tera", "tebi", "peta", "pebi", "exa", "exbi", "zetta",
        "atto", "femto", "Kilo",
    ];

    private static readonly string[] Types = ["counter", "gauge", "histogram", "summary", "untyped", "gaugehistogram"];

    private static readonly string[] Names =
    [
        "x_total", "x", "x_bucket", "x_count", "x_sum", "fooBar", "foo_Bar", "a:b", "x_gauge", "gauge_x", "x_gauge_y", "x_counter", "x_histogram", "x_summary", "x_untyped", "x_gauge_histogram", "x_ms", "x_ms_y",
        "x_s_total", "KB_x", "x_KB", "x_MS_s", "milliseconds", "x_milliseconds_seconds", "x_seconds_milliseconds", "total", "_total", "x_totals", "x_info", "x_sec", "x_min", "x_m", "x_h", "x_d", "x_us_ns_tb_pb_gb",
    ];

    private static readonly string[] Bodies =
    [
        "", "# comment\n", "x 1", "x one\n", "x{a=\"b\"} 1\nx{a=\"b\"} 2\nx{a=\"b\"} 3\n", "# HELP x \nx 1\n", "# HELP x\nx 1\n", "# HELP x a\n# TYPE x gauge\nx{aB=\"1\"} 1\nx{aB=\"2\"} 1\nx{le=\"2\"} 1\nx{le=\"3\"} 1\n",
        "# TYPE x gauge\nx{quantile=\"2\",le=\"3\",cD=\"\"} 1\n", "# TYPE x summary\nx{quantile=\"2\",le=\"3\"} 1\n", "# TYPE x histogram\nx_bucket{quantile=\"2\",le=\"3\"} 1\n", "x{le=\"1\",quantile=\"1\"} 1\n",
        "x{ 1\n", "x{a 1\n", "x{a= 1\n", "x{a=\"b\" 1\n", "x{a=\"b\"} \n", "x 1 2 3\n", "x 1 z\n", "1x 3\n", "x{1a=\"b\"} 1\n", "x{a=\"b\\q\"} 1\n", "x{a=\"b\nc\"} 1\n", "{} 1\n", "{a=\"b\"} 1\n",
        "{\"x\", a=\"b\"} 1\n", "{\"x\"} 1\n", "{\"x\",\"y\"} 1\n", "x{\"y\"} 1\n", "x{a=\"b\",,} 1\n", "x{,} 1\n", "# HELP\n", "# HELP x\n", "# TYPE x\n", "# TYPE x \n", "#TYPE x gauge\nx 1\n", "# TYPE 1x gauge\n",
        "x\n", "x \n", "  x   1  \n", " x 1\n", "x 1 99999999999999999999\n", "# TYPE h histogram\nh 1\n", "# TYPE h histogram\nh_bucket 1\n", "# TYPE h histogram\nh_bucket{le=\"a\"} 1\n", "# TYPE s summary\ns 1\n",
        "# TYPE s summary\ns{quantile=\"a\"} 1\n", "# TYPE h histogram\nh_count 1.5\n", "# TYPE h histogram\nh_count -1\n", "# TYPE h gaugehistogram\n", "x{a=\"b\"} 1\r\n", "x{a=\"b\"}1\n", "x{a=\"b\";c=\"d\"} 1\n",
        "# HELP x a\\qb\n", "# HELP \"x y\" a\n", "# HELP {\"x y\"} a\n", "x{__name__=\"a\"} 1\n", "{\"x\",\"a b\"=\"c\"} 1\n", "# TYPE x gauge", "x{\"a\"=\"b\"} 1\n", "x 1 -5\n", "x{a=\"b\"\n} 1\n", "# TYPE x GAUGE\nx 1\n",
        "# HELP x a\n# TYPE x_count gauge\nx_count 1\n", "# TYPE h histogram\nh_bucket{le=\"1\",le=\"2\"} 1\n", "# TYPE h histogram\nh_sum 1\nh{a=\"b\"} 1\n", "# TYPE x gauge q\nx 1\n", "x{a=\"b\",a=\"c\"} 1\n",
        "# HELP c_x q\n# TYPE c_x histogram\nc_x_bucket{a=\"1\",le=\"1\"} 1\nc_x_bucket{a=\"1\",le=\"2\"} 1\nc_x_bucket{a=\"2\",le=\"2\"} 1\n# HELP dd_x q\n# TYPE dd_x summary\ndd_x{quantile=\"3\"} 1\ndd_x{quantile=\"3\"} 1\n# HELP u q\n# TYPE u untyped\nu 1\nu{a=\"1\"} 1\n# HELP aa q\n# TYPE aa gauge\naa 1\n",
    ];

    [Fact]
    public async Task Every_finding_is_promtools() => await CompareAsync([.. Bodies, .. Names.Select(Typed), string.Concat(Units.SelectMany(u => Prefixes.Select(p => Gauge($"x_{p}{u}"))))]);

    [Fact]
    public async Task A_real_exposition_gets_the_findings_of_promtool()
    {
        await using var gateway = await PeerServer.StartPushgatewayAsync();
        await CompareAsync([await gateway.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative))]);
    }

    private static string Typed(string name) => string.Concat(Types.Select(type => $"# HELP {type}_{name} q\n# TYPE {type}_{name} {type}\n{type}_{name}{(type is "histogram" or "gaugehistogram" or "summary" ? "_sum" : "")} 1\n"));

    private static string Gauge(string name) => $"# HELP {name} q\n# TYPE {name} gauge\n{name} 1\n";

    private static async Task CompareAsync(IReadOnlyList<string> bodies)
    {
        var differing = new List<string>();
        foreach (var body in bodies)
        {
            var (theirs, ours) = (await PromtoolAsync(body), Ours(body));
            if (theirs != ours)
            {
                var (theirLines, ourLines) = (theirs.Split('\n'), ours.Split('\n'));
                differing.Add($"{(body.Length > 200 ? body[..200] : body)}\n--- promtool only:\n{string.Join('\n', theirLines.Except(ourLines))}\n--- ours only:\n{string.Join('\n', ourLines.Except(theirLines))}");
            }
        }
        Assert.True(differing.Count == 0, string.Join("\n=====\n", differing));
    }

    /// <summary>Findings, then sizes where there are no findings, as promtool prints them then only.</summary>
    private static string Ours(string body)
    {
        IReadOnlyList<MetricFamily> families;
        try
        {
            families = FamilyTextParser.Parse(Encoding.UTF8.GetBytes(body));
        }
        catch (FamilyTextException e)
        {
            return $"error while linting: {e.Message}\n";
        }
        var findings = MetricLint.Check(families);
        return findings.Count > 0
            ? string.Concat(findings.Select(f => $"{f.Metric} {f.Text}\n"))
            : string.Concat(FamilySize.Of(families).GroupBy(s => s.Cardinality).SelectMany(g => g.OrderBy(s => s.Metric, StringComparer.Ordinal))
                .Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Metric} {s.Cardinality} {s.Part * 100:F2}%\n")));
    }

    private static async Task<string> PromtoolAsync(string body)
    {
        using var process = Process.Start(new ProcessStartInfo(Peers.Program("promtool"), ["check", "metrics", "--extended"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.StandardInput.BaseStream.WriteAsync(Encoding.UTF8.GetBytes(body));
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        // Equal sizes stand in any order there.
        var sizes = (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).SkipLast(1)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).GroupBy(cells => cells[1])
            .SelectMany(g => g.OrderBy(cells => cells[0], StringComparer.Ordinal)).Select(cells => string.Join(' ', cells) + "\n");
        return await errors + string.Concat(sizes);
    }
}

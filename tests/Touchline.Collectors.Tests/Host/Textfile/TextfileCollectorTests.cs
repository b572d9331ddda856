using Touchline.Collectors.Host.Textfile;

namespace Touchline.Collectors.Tests.Host.Textfile;

public sealed class TextfileCollectorTests
{
    [Fact]
    public void Half_written_file_costs_itself_only_until_it_is_whole()
    {
        using var host = Fixture();
        foreach (var file in (string[])["half", "timed", "twice"])
        {
            host.Delete($"textfile/{file}.prom");
        }
        Assert.Equal(["node_textfile_scrape_error 0"], ExpositionText.Samples(host.Collector, "node_textfile_scrape_error"));

        host.Write("textfile/slow.prom", "slow_total 1\nslow_to");
        Assert.Equal(["node_textfile_scrape_error 1"], ExpositionText.Samples(host.Collector, "node_textfile_scrape_error"));
        Assert.Empty(ExpositionText.Samples(host.Collector, "slow_total"));
        Assert.DoesNotContain(ExpositionText.Samples(host.Collector, "node_textfile_mtime_seconds"), line => line.Contains("slow", StringComparison.Ordinal));
        Assert.NotEmpty(ExpositionText.Samples(host.Collector, "backup_last_success_seconds"));
        Assert.Contains("node_scrape_collector_success{collector=\"textfile\"} 1", ExpositionText.Samples(host.Collector, "node_scrape_collector_success"));

        host.Write("textfile/slow.prom", "slow_total 1\nslow_total{a=\"b\"} 2\n");
        Assert.Equal(["node_textfile_scrape_error 0"], ExpositionText.Samples(host.Collector, "node_textfile_scrape_error"));
        Assert.Equal(["slow_total{a=\"\"} 1", "slow_total{a=\"b\"} 2"], ExpositionText.Samples(host.Collector, "slow_total"));
    }

    [Fact]
    public void File_that_is_gone_is_forgotten()
    {
        using var host = Fixture();
        Assert.NotEmpty(ExpositionText.Samples(host.Collector, "backup_last_success_seconds"));

        host.Delete("textfile/backup.prom");

        Assert.Empty(ExpositionText.Samples(host.Collector, "backup_last_success_seconds"));
    }

    [Fact]
    public void Directory_that_is_not_there_is_an_error_and_none_at_all_is_not()
    {
        using var missing = new HostFixture(change: (options, root) => options with { Flags = options.Flags.With(TextfileCollector.Directories, root + "/nowhere") });
        Assert.Equal(["node_textfile_scrape_error 1"], ExpositionText.Samples(missing.Collector, "node_textfile_scrape_error"));

        using var none = new HostFixture();
        Assert.Equal(["node_textfile_scrape_error 0"], ExpositionText.Samples(none.Collector, "node_textfile_scrape_error"));
    }

    /// <summary>Opening a pipe would wait for somebody to write to it.</summary>
    [Fact]
    public void Pipe_socket_or_device_costs_itself_only()
    {
        using var host = Fixture();
        foreach (var file in (string[])["half", "timed", "twice"])
        {
            host.Delete($"textfile/{file}.prom");
        }
        using (var pipe = System.Diagnostics.Process.Start("mkfifo", [host.PathOf("textfile/pipe.prom")]))
        {
            pipe.WaitForExit();
        }
        Assert.Equal(["node_textfile_scrape_error 1"], ExpositionText.Samples(host.Collector, "node_textfile_scrape_error"));
        Assert.NotEmpty(ExpositionText.Samples(host.Collector, "backup_last_success_seconds"));
        Assert.Contains("node_scrape_collector_success{collector=\"textfile\"} 1", ExpositionText.Samples(host.Collector, "node_scrape_collector_success"));
        Assert.DoesNotContain(ExpositionText.Samples(host.Collector, "node_textfile_mtime_seconds"), line => line.Contains("pipe", StringComparison.Ordinal));

        host.Delete("textfile/pipe.prom");
        Assert.Equal(["node_textfile_scrape_error 0"], ExpositionText.Samples(host.Collector, "node_textfile_scrape_error"));
        File.CreateSymbolicLink(host.PathOf("textfile/device.prom"), "/dev/zero");
        Assert.Equal(["node_textfile_scrape_error 1"], ExpositionText.Samples(host.Collector, "node_textfile_scrape_error"));
    }

    [Fact]
    public void Family_that_files_and_collectors_share_stands_once()
    {
        using var host = Fixture();
        host.Write(
            "textfile/z.prom",
            "# HELP node_load1 1m load average.\n# TYPE node_load1 gauge\nnode_load1 9\nnode_load1{of=\"vm\"} 2\n# TYPE node_load5 gauge\nnode_load5{of=\"vm\"} 3\n"
            + "# HELP node_textfile_scrape_error mine\nnode_textfile_scrape_error{of=\"vm\"} 4\nnode_scrape_collector_success{of=\"vm\"} 5\nboth{a=\"1\",b=\"2\"} 1\n");
        host.Write("textfile/y.prom", "both{b=\"2\",a=\"1\"} 2\nboth{b=\"3\",a=\"1\"} 3\n");

        var lines = ExpositionText.Of(host.Collector).Split('\n');

        var described = lines.Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).ToList();
        Assert.Equal(described.Distinct(), described);
        Assert.Equal(["node_load1 0.21", "node_load1{of=\"vm\"} 2"], lines.Where(line => line.StartsWith("node_load1", StringComparison.Ordinal) && !line.StartsWith("node_load15", StringComparison.Ordinal)));
        // Without its help it is another metric, which cannot be said beside it.
        Assert.Single(lines, line => line.StartsWith("node_load5", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.StartsWith("node_textfile_scrape_error{", StringComparison.Ordinal) || line.StartsWith("node_scrape_collector_success{of", StringComparison.Ordinal));
        Assert.Equal(["both{b=\"2\",a=\"1\"} 2", "both{b=\"3\",a=\"1\"} 3"], lines.Where(line => line.StartsWith("both", StringComparison.Ordinal)));
    }

    [Fact]
    public void Directories_are_matched_by_a_pattern()
    {
        using var host = new HostFixture(change: (options, root) => options with { Flags = options.Flags.With(TextfileCollector.Directories, root + "/text*") });
        Assert.NotEmpty(ExpositionText.Samples(host.Collector, "backup_last_success_seconds"));
    }

    [Theory]
    [InlineData("a 1", "half-written")]
    [InlineData("a\n", "line 1: a sample needs a name and a value")]
    [InlineData("\na{b=\"c\"\n", "line 2: labels end with a brace")]
    [InlineData("a{b=c} 1\n", "line 1: the value of a label stands in quotes")]
    [InlineData("a{b=\"c} 1\n", "line 1: the value of a label has no end")]
    [InlineData("a{b=\"\\x\"} 1\n", "line 1: a backslash stands before")]
    [InlineData("a one\n", "line 1: \"one\" is not a value")]
    [InlineData("9a 1\n", "line 1: \"9a\" is not the name of a metric")]
    [InlineData("# TYPE a count\n", "line 1: there is no type count")]
    [InlineData("a 1\n# TYPE a gauge\n", "line 2: a second TYPE for a")]
    [InlineData("# HELP a b\n# HELP a b\n", "line 2: a second HELP for a")]
    [InlineData("# TYPE h histogram\nh_bucket{le=\"x\"} 1\n", "line 2: le=\"x\" is not a number")]
    public void Text_that_is_not_in_the_format_is_refused_with_its_line(string text, string problem) =>
        Assert.Contains(problem, Assert.Throws<FormatException>(() => TextFormat.Parse(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(0.5, "0.5")]
    [InlineData(100_000, "100000")]
    [InlineData(1_000_000, "1e+06")]
    [InlineData(0.0001, "0.0001")]
    [InlineData(0.00001, "1e-05")]
    [InlineData(-1.25e9, "-1.25e+09")]
    [InlineData(0, "0")]
    [InlineData(double.PositiveInfinity, "+Inf")]
    public void Bounds_are_written_as_Go_writes_them(double bound, string text) => Assert.Equal(text, BoundText.Of(bound));

    private static HostFixture Fixture() =>
        new(change: (options, root) => options with { Flags = options.Flags.With(TextfileCollector.Directories, root + "/textfile") });
}

using System.Globalization;
using System.Text;
using Touchline.Configuration;
using Touchline.Model;
using Touchline.Scraping.Exposition;
using Touchline.Scraping.Loops;
using Touchline.Storage;
using MatchType = Touchline.Model.MatchType;

namespace Touchline.Scraping.Tests.Loops;

public sealed class TargetIngestTests
{
    private const int Series = 5_000;

    [Theory]
    [InlineData(ExpositionFormat.PrometheusText)]
    [InlineData(ExpositionFormat.OpenMetricsText)]
    internal void Ingest_steady_body_does_not_allocate_by_sample(ExpositionFormat format)
    {
        var ingest = new TargetIngest(new ScrapeConfig { JobName = "j" }, Labels.Of("instance", "i", "job", "j"));
        var store = new CountingAppender();
        for (var scrape = 0; scrape < 3; scrape++)
        {
            Scrape(ingest, store, Body(scrape, format), format, scrape);
        }
        var body = Body(3, format);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Scrape(ingest, store, body, format, 3);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(4 * Series, store.Samples);
        Assert.InRange(allocated, 0, 2_000);
    }

    [Fact]
    public void Ingest_labels_are_worked_out_once_a_series()
    {
        var ingest = new TargetIngest(new ScrapeConfig { JobName = "j" }, Labels.Of("job", "j"));
        var store = new CountingAppender();
        Scrape(ingest, store, "a{x=\"1\"} 1\nb 1\n"u8.ToArray(), ExpositionFormat.PrometheusText, 0);
        var first = store.LastLabels;
        Scrape(ingest, store, "c 1\na{x=\"1\"} 1\nb 1\n"u8.ToArray(), ExpositionFormat.PrometheusText, 1);
        Assert.Same(first, store.LastLabels);
    }

    [Fact]
    public void Cache_of_a_target_that_renames_everything_at_each_scrape_stays_bounded()
    {
        var ingest = new TargetIngest(new ScrapeConfig { JobName = "j" }, Labels.Empty);
        var store = new CountingAppender();
        for (var scrape = 0; scrape < 20; scrape++)
        {
            var body = string.Concat(Enumerable.Range(0, 500).Select(i => $"m{{i=\"{scrape}-{i}\"}} 1\n"));
            Scrape(ingest, store, Encoding.UTF8.GetBytes(body), ExpositionFormat.PrometheusText, scrape);
        }
        Assert.InRange(ingest.CachedSeriesCount, 500, 1_000);
    }

    [Fact]
    public void Cache_of_a_target_that_fails_with_new_names_each_time_stays_bounded()
    {
        var ingest = new TargetIngest(new ScrapeConfig { JobName = "j" }, Labels.Empty);
        var store = new CountingAppender();
        for (var scrape = 0; scrape < 50; scrape++)
        {
            var body = string.Concat(Enumerable.Range(0, 500).Select(i => $"m{{i=\"{scrape}-{i}\"}} 1\n")) + "broken\n";
            var outcome = ingest.Ingest(store, Encoding.UTF8.GetBytes(body), ExpositionFormat.PrometheusText, scrape, scrape);
            Assert.NotNull(outcome.Error);
            ingest.Fail(store, scrape);
        }
        Assert.InRange(ingest.CachedSeriesCount, 0, 2_000);
    }

    [Fact]
    public void Created_line_tells_since_when_the_series_of_its_point_count()
    {
        var store = new Storage.InMemory.InMemoryStore();
        var ingest = new TargetIngest(new ScrapeConfig { JobName = "j" }, Labels.Of("job", "j"));
        Scrape("1.5", "1700000000.25");
        Scrape("2.5", "1700000000.25");
        Scrape("0.5", "1700000060");

        Assert.Equal([1_700_000_000_250, 1_700_000_060_000], CreatedOf("c_total", "a", "1"));
        Assert.Equal([1_700_000_003_000], CreatedOf("c_total", "a", "2"));
        Assert.Empty(CreatedOf("c_total", "a", "3"));
        Assert.Equal([1_600_000_000_000], CreatedOf("h_bucket", "le", "1.0"));
        Assert.Equal([1_600_000_000_000], CreatedOf("h_sum"));
        Assert.Empty(CreatedOf("g"));
        Assert.Empty(CreatedOf("h_created"));

        void Scrape(string value, string created)
        {
            using var appender = store.OpenAppender();
            var body = $$"""
                # TYPE g gauge
                g 1
                # TYPE c counter
                c_total{a="1"} {{value}}
                c_created{a="1"} {{created}}
                c_total{a="3"} 7
                c_total{a="2"} 7
                c_created{a="2"} 1700000003
                # TYPE h histogram
                h_bucket{le="1.0"} 1
                h_bucket{le="+Inf"} 1
                h_sum 1
                h_count 1
                h_created 1.6e9
                # EOF

                """;
            var time = 1_700_000_100_000 + (long)(double.Parse(value, CultureInfo.InvariantCulture) * 1000);
            Assert.Null(ingest.Ingest(appender, Encoding.UTF8.GetBytes(body.ReplaceLineEndings("\n")), ExpositionFormat.OpenMetricsText, time, time).Error);
            ingest.Accept(appender, time);
            appender.Commit();
        }

        IReadOnlyList<long> CreatedOf(string name, params string[] label)
        {
            using var querier = store.OpenQuerier(long.MinValue, long.MaxValue);
            LabelMatcher[] matchers = [new(MatchType.Equal, "__name__", name), .. label.Length == 0 ? Array.Empty<LabelMatcher>() : [new(MatchType.Equal, label[0], label[1])]];
            return Assert.Single(querier.Select(matchers, false, default)).CreatedTimes();
        }
    }

    [Fact]
    public void Type_and_unit_that_were_said_last_become_labels_and_win_over_own_ones()
    {
        var store = new Storage.InMemory.InMemoryStore();
        var ingest = new TargetIngest(new ScrapeConfig { JobName = "j" }, Labels.Of("job", "j"), labelsTypeAndUnit: true);
        const string First = """
            before{__type__="own"} 1
            # TYPE a_s counter
            # UNIT a_s s
            a_s_total{__type__="own",x="1"} 1
            # TYPE b unknown
            b{__type__="own",__unit__="own"} 1
            # TYPE c gauge
            # UNIT c
            """ + " \nc 1\n# EOF\n";
        Scrape(First);
        Assert.Equal(
            ["""a_s_total{__type__="counter", __unit__="s", job="j", x="1"}""", """before{__type__="own", job="j"}""",
                """b{__type__="own", __unit__="s", job="j"}""", """c{__type__="gauge", job="j"}"""],
            Names());

        // What is said later changes nothing about series that are known, and a new body begins without type and unit.
        Scrape("d 1\n# TYPE c counter\n# UNIT b_s s\nc 1\n# EOF\n");
        Assert.Equal(["""c{__type__="gauge", job="j"}""", """d{job="j"}"""], Names().Where(name => name[0] is 'c' or 'd'));

        void Scrape(string body)
        {
            using var appender = store.OpenAppender();
            Assert.Null(ingest.Ingest(appender, Encoding.UTF8.GetBytes(body.ReplaceLineEndings("\n")), ExpositionFormat.OpenMetricsText, 1, 1).Error);
            ingest.Accept(appender, 1);
            appender.Commit();
        }

        IEnumerable<string> Names()
        {
            using var querier = store.OpenQuerier(long.MinValue, long.MaxValue);
            return [.. querier.Select([new LabelMatcher(MatchType.Equal, "job", "j")], true, default).Select(series => series.Labels.ToString()).Order(StringComparer.Ordinal)];
        }
    }

    private static void Scrape(TargetIngest ingest, CountingAppender store, byte[] body, ExpositionFormat format, long time)
    {
        var outcome = ingest.Ingest(store, body, format, time, time);
        Assert.Null(outcome.Error);
        ingest.Accept(store, time);
        ingest.Committed();
    }

    private static byte[] Body(int scrape, ExpositionFormat format)
    {
        var text = new StringBuilder("# HELP m Help.\n# TYPE m gauge\n");
        for (var i = 0; i < Series; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"m{{i=\"{i}\",path=\"/a/b\"}} {(scrape * 1000) + i + 0.25}\n");
        }
        return Encoding.UTF8.GetBytes(text.Append(format == ExpositionFormat.OpenMetricsText ? "# EOF\n" : "").ToString());
    }

    /// <summary>Takes everything and keeps nothing.</summary>
    private sealed class CountingAppender : IAppender
    {
        private ulong _last;

        public int Samples { get; private set; }

        public Labels? LastLabels { get; private set; }

        public AppendStatus Append(ref SeriesRef series, Labels? labels, long timestampMs, double value)
        {
            series = series.IsNone ? new SeriesRef(++_last) : series;
            Samples++;
            LastLabels = labels;
            return AppendStatus.Stored;
        }

        public AppendStatus AppendHistogram(ref SeriesRef series, Labels? labels, long timestampMs, NativeHistogram histogram) => AppendStatus.Stored;

        public AppendStatus AppendExemplar(SeriesRef series, Exemplar exemplar) => AppendStatus.Stored;

        public void SetMetadata(string metricName, MetricMetadata metadata) => LastLabels ??= Labels.Empty;

        public CommitStatus Commit() => CommitStatus.Committed;

        public void Rollback() => Samples = 0;

        public void Dispose() => Rollback();
    }
}

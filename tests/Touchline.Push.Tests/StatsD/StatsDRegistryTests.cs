using System.Globalization;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Touchline.Configuration;
using Touchline.Model;
using Touchline.Push.StatsD;

namespace Touchline.Push.Tests.StatsD;

public sealed class StatsDRegistryTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeSeconds(1_000));

    [Fact]
    public void Events_add_up_by_their_type()
    {
        var registry = New();
        Send(registry, "requests.total:1|c", "requests.total:2|c|@0.5", "temp:20|g", "temp:-3|g", "temp:+0.5|g", "new:-4|g", "took:200|ms", "took:400|ms");
        Assert.Equal(
            [
                "gauge new{} -4", "counter requests_total{} 5", "gauge temp{} 17.5",
                "summary took{quantile=0.5} 0.2", "summary took{quantile=0.9} 0.4", "summary took{quantile=0.99} 0.4",
                "summary took_sum{} 0.6000000000000001", "summary took_count{} 2",
            ],
            Series(registry));
    }

    [Fact]
    public void A_rate_does_not_make_a_counter_infinite_for_good()
    {
        var registry = New();
        Send(registry, "a:1|c", "a:1e300|c|@1e-300", "a:2|c");
        Assert.Equal(["counter a{} 3"], Series(registry));
        Assert.Equal(1, registry.Figures.Errors(StatsDError.MalformedValue));
    }

    [Fact]
    public void Names_count_among_the_characters_that_there_may_be()
    {
        var registry = new StatsDRegistry(new StatsDOptions { MaxTextCharacters = 1_000, Ttl = TimeSpan.FromMinutes(1) }, _time);
        Send(registry, new string('a', 900) + ":1|c", new string('b', 900) + ":1|c");
        Assert.Equal((1, 1), (registry.SeriesCount, registry.Figures.SeriesRefused));
        _time.Advance(TimeSpan.FromMinutes(2));
        Send(registry, new string('b', 900) + ":1|c");
        Assert.Equal((1, 1), (registry.SeriesCount, registry.Figures.SeriesRefused));
    }

    [Fact]
    public void Quantiles_forget_what_is_old_and_sums_do_not()
    {
        var registry = New();
        Send(registry, "took:1|h", "took:3|h");
        _time.Advance(TimeSpan.FromMinutes(9));
        Send(registry, "took:100|h");
        Assert.Contains("summary took{quantile=0.5} 3", Series(registry));
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Contains("summary took{quantile=0.5} 100", Series(registry));
        _time.Advance(TimeSpan.FromHours(5));
        Assert.Contains("summary took{quantile=0.5} NaN", Series(registry));
        Assert.Contains("summary took_count{} 3", Series(registry));
    }

    [Fact]
    public void A_set_tells_how_many_members_the_last_window_had()
    {
        var registry = New();
        Send(registry, "users:joe|s", "users:ann|s", "users:joe|s");
        Assert.Equal(["gauge users{} 0"], Series(registry));
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(["gauge users{} 2"], Series(registry));
        Send(registry, "users:joe|s");
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(["gauge users{} 1"], Series(registry));
        _time.Advance(TimeSpan.FromSeconds(35));
        Assert.Equal(["gauge users{} 0"], Series(registry));
    }

    [Fact]
    public void A_name_has_one_type()
    {
        var registry = New();
        Send(registry, "x:1|c", "x:1|g", "y:1|ms", "y_count:1|c", "z_sum:1|c", "z:1|h");
        Assert.Equal(1, registry.Figures.Conflicts(StatsDType.Gauge));
        Assert.Equal(1, registry.Figures.Conflicts(StatsDType.Counter));
        Assert.Equal(1, registry.Figures.Conflicts(StatsDType.Observer));
        Assert.Equal(["counter x{} 1", "counter z_sum{} 1"], Series(registry).Where(s => s.StartsWith("counter", StringComparison.Ordinal)));
    }

    [Fact]
    public void Counters_do_not_go_down()
    {
        var registry = New();
        Send(registry, "x:-1|c");
        Assert.Equal(1, registry.Figures.NegativeCounters);
        Assert.Empty(Series(registry));
    }

    [Fact]
    public void Series_are_bounded_and_those_that_expired_make_room()
    {
        var registry = New(new StatsDOptions { MaxSeries = 2, Ttl = TimeSpan.FromSeconds(30) });
        Send(registry, "a:1|c", "b:1|c", "c:1|c", "took:1|ms", "a:1|c");
        Assert.Equal(["counter a{} 2", "counter b{} 1"], Series(registry));
        Assert.Equal(2, registry.Figures.SeriesRefused);
        _time.Advance(TimeSpan.FromSeconds(20));
        Send(registry, "a:1|c");
        _time.Advance(TimeSpan.FromSeconds(20));
        Send(registry, "c:1|c");
        Assert.Equal(["counter a{} 3", "counter c{} 1"], Series(registry));
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.Empty(Series(registry));
        Assert.Equal(0, registry.SeriesCount);
    }

    [Fact]
    public void Text_of_labels_is_bounded()
    {
        var registry = New(new StatsDOptions { MaxTextCharacters = 1000, Ttl = TimeSpan.FromSeconds(30) });
        var tag = new string('x', 600);
        Send(registry, $"a:1|c|#t:{tag}", $"b:1|c|#t:{tag}", $"a:1|c|#t:{tag}");
        Assert.Equal([$"counter a{{t={tag}}} 2"], Series(registry));
        Assert.Equal(1, registry.Figures.SeriesRefused);
        _time.Advance(TimeSpan.FromMinutes(1));
        Send(registry, $"b:1|c|#t:{tag}");
        Assert.Equal([$"counter b{{t={tag}}} 1"], Series(registry));
    }

    [Fact]
    public void Labels_that_parts_of_a_metric_have_themselves_are_refused()
    {
        var registry = New();
        Send(registry, "took:1|ms|#quantile:0.5", "x:1|c|#__name__:y,quantile:1");
        Assert.Equal(1, registry.Figures.Conflicts(StatsDType.Observer));
        Assert.Equal(1, registry.Figures.TagErrors);
        Assert.Equal(["counter x{quantile=1} 1"], Series(registry));
    }

    [Fact]
    public void Mappings_rename_label_drop_and_shape()
    {
        var registry = New();
        registry.Map(Mappings(
            """
            defaults: { ttl: 1m }
            mappings:
            - match: test.dispatcher.*.*
              name: "dispatcher_events_total"
              labels: { processor: "$1", action: "${2}_x", job: test, none: "$7" }
            - match: "*.signup.*"
              name: "${1}_signup"
              match_metric_type: counter
            - match: took.*
              observer_type: histogram
              histogram_options: { buckets: [ 0.1, 1 ] }
              name: took
              help: How long.
              scale: 0.5
            - match: 'secret\..+'
              match_type: regex
              action: drop
            - match: '^(\w+)--(\d+)$'
              match_type: regex
              name: "dashed"
              labels: { a: "$1", b: "$2" }
              honor_labels: true
            """));
        Send(registry, "test.dispatcher.Foo.send:1|c", "shop.signup.now:2|c", "shop.signup.now:7|g", "took.a:0.1|h", "took.b:4|h", "secret.x:1|c", "ab--12:1|c|#a:z,c:d", "rest.of-it:1|c");
        Assert.Equal(
            [
                "counter dashed{a=z,b=12,c=d} 1",
                "counter dispatcher_events_total{action=send_x,job=test,none=,processor=Foo} 1",
                "counter rest_of_it{} 1",
                "counter shop_signup{} 2",
                "gauge shop_signup_now{} 7",
                "histogram took_bucket{le=0.1} 1", "histogram took_bucket{le=1.0} 1", "histogram took_bucket{le=+Inf} 2", "histogram took_sum{} 2.05", "histogram took_count{} 2",
            ],
            Series(registry));
        Assert.Equal((1, 2), (registry.Figures.Dropped, registry.Figures.Unmapped));
        Assert.Equal("How long.", registry.Families().Single(f => f.Name == "took").Help);
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Empty(Series(registry));
    }

    [Theory]
    [InlineData(false, "all{}", "a_star{a=b}")]
    [InlineData(true, "a_b{}", "a_star{a=b}")]
    public void Order_of_globs_counts_unless_it_is_disabled(bool isDisabled, params string[] expected)
    {
        var registry = New();
        registry.Map(Mappings(
            $$"""
            defaults: { glob_disable_ordering: {{(isDisabled ? "true" : "false")}} }
            mappings:
            - { match: "*.*", name: all }
            - { match: "a.*", name: a_star }
            - { match: "a.b", name: a_b }
            - { match: "a.b", name: never }
            - { match: "*.b.c", name: star_b_c }
            - { match: "a.*.*", name: a_star, labels: { a: "$1" } }
            - { match: '^a\.', match_type: regex, name: regex }
            """));
        Send(registry, "a.b:1|c", "a.b.c:1|c");
        // Of *.b.c and a.*.*, the one whose first part is no wildcard counts without an order, and the first of the file with it.
        var second = isDisabled ? expected[1] : "star_b_c{}";
        Assert.Equal(new[] { $"counter {expected[0]} 1", $"counter {second} 1" }.Order(StringComparer.Ordinal), Series(registry));
    }

    [Fact]
    public void Histograms_have_native_buckets_where_a_mapping_asks_for_them()
    {
        var registry = New();
        registry.Map(Mappings(
            """
            defaults: { observer_type: histogram, histogram_options: { buckets: [ 1 ], native_histogram_max_buckets: 3 } }
            mappings:
            - { match: native.*, name: native, histogram_options: { native_histogram_bucket_factor: 1.1 } }
            - { match: none.*, name: none, histogram_options: { native_histogram_bucket_factor: 1 } }
            """));
        Send(registry, "native.x:1|h|@0.5", "native.x:-2|h", "native.x:0|h", "none.x:1|h");
        Assert.Contains("histogram native_bucket{le=+Inf} 4", Series(registry));
        var families = registry.Families();
        Assert.Null(families.Single(f => f.Name == "none").Metrics[0].Native);
        var native = families.Single(f => f.Name == "native").Metrics[0].Native!;
        Assert.Equal((3, 1.0, 4.0, 0.0), (native.Schema, native.ZeroCount, native.Count, native.Sum));
        Assert.Equal((new BucketSpan(0, 1), 2.0), (Assert.Single(native.PositiveSpans), Assert.Single(native.PositiveBuckets)));
        Assert.Equal((new BucketSpan(8, 1), 1.0), (Assert.Single(native.NegativeSpans), Assert.Single(native.NegativeBuckets)));
        Assert.Empty(HistogramRules.Problem(native));

        // A third and a fourth bucket: the resolution falls until three hold all of them.
        Send(registry, "native.x:1.05|h", "native.x:1000|h");
        native = registry.Families().Single(f => f.Name == "native").Metrics[0].Native!;
        Assert.True(native.Schema < 3);
        Assert.InRange(native.PositiveBuckets.Length + native.NegativeBuckets.Length, 1, 3);
        Assert.Empty(HistogramRules.Problem(native));
    }

    [Fact]
    public void Native_buckets_count_among_the_series_that_there_may_be()
    {
        var registry = New(new StatsDOptions { MaxSeries = 100 });
        registry.Map(Mappings("defaults: { observer_type: histogram, histogram_options: { native_histogram_bucket_factor: 1.1, native_histogram_max_buckets: 800 } }"));
        Send(registry, "a:1|h");
        Assert.Equal((0, 1), (registry.SeriesCount, registry.Figures.SeriesRefused));
    }

    private static StatsDMappingConfig Mappings(string yaml)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, yaml);
            var (mappings, findings) = StatsDMappingFile.Load(path);
            Assert.Empty(findings);
            return mappings!;
        }
        finally
        {
            File.Delete(path);
        }
    }

    private StatsDRegistry New(StatsDOptions? options = null) => new(options ?? new StatsDOptions(), _time);

    private static void Send(StatsDRegistry registry, params string[] lines)
    {
        var events = new List<StatsDEvent>();
        var parser = new StatsDLineParser(registry.Figures);
        foreach (var line in lines)
        {
            parser.Parse(Encoding.UTF8.GetBytes(line), events);
        }
        registry.Take(events);
    }

    private static List<string> Series(StatsDRegistry registry)
    {
        var series = new List<string>();
        foreach (var family in registry.Families())
        {
            foreach (var metric in family.Metrics)
            {
                metric.ForEachSeries(family.Type, (suffix, bound, value) =>
                {
                    var labels = string.Join(',', metric.Labels.Concat(bound is { } b ? [b] : Array.Empty<Label>()).Select(l => $"{l.Name}={l.Value}"));
                    series.Add(string.Create(CultureInfo.InvariantCulture, $"{family.Type.ToString().ToLowerInvariant()} {family.Name}{suffix}{{{labels}}} {value}"));
                });
            }
        }
        return series;
    }
}

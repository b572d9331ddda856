using Touchline.Model;
using Touchline.PromQL;
using Touchline.Storage;
using static Touchline.Tsdb.Tests.TestStore;
using MatchType = Touchline.Model.MatchType;

namespace Touchline.Tsdb.Tests.Query;

/// <summary>
/// What comes out of kept answers is what would be computed, bit for bit, whatever happens to the store in between: samples that come, late ones, series that end or
/// are new, deletions, blocks that are cut, compacted and dropped.
/// </summary>
public sealed class CachedRangesTests : IDisposable
{
    private const long Second = 1000;
    private const long Minute = 60 * Second;
    private const long CacheBytes = 400_000;
    private const int Hosts = 6;

    private static readonly string[] Queries =
    [
        "gauge", "rate(requests_total[1m])", "sum by (host) (rate(requests_total[2m]))", "sum(rate(requests_total[5m])) / count(gauge)", "avg_over_time(gauge[3m])",
        "sum_over_time(gauge[90s])", "max_over_time(gauge[10m])", "quantile_over_time(0.9, gauge[5m])", "increase(requests_total[4m]) > 3", "gauge offset 2m", "gauge offset -1m",
        "gauge - gauge offset 3m", "topk(2, gauge)", "limitk(2, gauge)", "absent(gauge{host=\"h3\"})", "count_values(\"v\", round(gauge))", "timestamp(gauge)", "time() - timestamp(gauge)",
        "max_over_time(sum(rate(requests_total[1m]))[5m:30s])", "avg_over_time(gauge[2m] offset 1m)", "changes(gauge[5m])", "resets(requests_total[5m])", "irate(requests_total[1m])",
        "last_over_time(gauge[1m])", "vector(1)", "time()", "scalar(gauge{host=\"h1\"})", "rate(gauge[1m])", "gauge and on (host) requests_total", "sort(gauge)", "gauge @ end()",
        "stddev_over_time(gauge[5m])", "deriv(gauge[5m])", "gauge{host=~\"h[12]\"} * on (host) group_left requests_total", "histogram_quantile(0.9, sum by (le) (rate(requests_total[5m])))",
    ];

    private readonly TestStore _store = new(options =>
    {
        options.BlockRangeMs = 20 * Minute;
        options.RetentionTimeMs = 2 * Hour;
        options.OutOfOrderTimeWindowMs = 10 * Minute;
    });

    public void Dispose() => _store.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Answers_are_what_would_be_computed_whatever_happened_in_between(int seed)
    {
        using var cached = Engine(CacheBytes);
        using var computed = Engine(0);
        var random = new Random(seed);
        var now = T0;
        for (; now < T0 + 40 * Minute; now += 15 * Second)
        {
            Scrape(random, now);
        }
        for (var round = 0; round < 2500; round++)
        {
            switch (random.Next(40))
            {
                case < 12:
                    Scrape(random, now += 15 * Second);
                    break;
                case < 14:
                    WriteLate(random, now);
                    break;
                case 14:
                    var from = now - random.Next(30 * 60) * Second;
                    _store.Tsdb.DeleteSeries([new LabelMatcher(MatchType.Equal, "host", $"h{random.Next(Hosts)}")], from, from + random.Next(300) * Second, default);
                    break;
                case 15 when random.Next(8) == 0:
                    _store.Tsdb.RunMaintenance();
                    _store.Tsdb.RunCompaction();
                    break;
                default:
                    Ask(cached, computed, random, now);
                    break;
            }
        }
        Assert.True(cached.RangeCache.Hits > 10, $"{cached.RangeCache.Hits} hits");
        Assert.True(cached.RangeCache.PartialHits > 50, $"{cached.RangeCache.PartialHits} partial hits");
        Assert.InRange(cached.RangeCache.Bytes, 1, CacheBytes);
    }

    [Fact]
    public void What_retention_drops_is_dropped_from_kept_answers()
    {
        using var cached = Engine(CacheBytes);
        using var computed = Engine(0);
        var random = new Random(1);
        ScrapeUntil(T0, T0 + 2 * Hour);
        _store.Tsdb.RunMaintenance();
        Assert.NotEmpty(Early(cached));
        Assert.NotEmpty(Early(cached));
        Assert.Equal(1, cached.RangeCache.Hits);

        ScrapeUntil(T0 + 2 * Hour, T0 + 4 * Hour);
        _store.Tsdb.RunMaintenance();

        Assert.Empty(Early(computed));
        Assert.Empty(Early(cached));

        IReadOnlyList<SeriesColumns> Early(PromQLEngine engine) => engine.QueryRange("gauge", T0, T0 + 15 * Minute, Minute, QueryLimits.Default, default).Matrix;

        void ScrapeUntil(long from, long to)
        {
            for (var time = from; time < to; time += Minute)
            {
                Scrape(random, time);
            }
        }
    }

    private PromQLEngine Engine(long cacheBytes) =>
        new(_store.Tsdb, new PromQLOptions { Features = PromQLFeatures.ExperimentalFunctions, RangeCacheBytes = cacheBytes }, TimeProvider.System);

    private static void Ask(PromQLEngine cached, PromQLEngine computed, Random random, long now)
    {
        // Few of each, so that the same is asked again; some of them beyond what there is.
        var query = Queries[random.Next(Queries.Length)];
        var step = random.Next(2) == 0 ? 15 * Second : 60 * Second;
        var end = random.Next(3) == 0 ? now - random.Next(-3, 60) * step : now / step * step;
        var start = end - random.Next(1, 4) * 10 * step;
        var expected = computed.QueryRange(query, start, end, step, QueryLimits.Default, default);
        var actual = cached.QueryRange(query, start, end, step, QueryLimits.Default, default);
        var place = $"{query} from {(start - T0) / 1000} to {(end - T0) / 1000}, step {step / 1000}, now {(now - T0) / 1000}";
        Assert.Equal(expected.Annotations, actual.Annotations);
        Assert.Equal(expected.Matrix.Select(s => s.Labels), actual.Matrix.Select(s => s.Labels));
        foreach (var (one, other) in expected.Matrix.Zip(actual.Matrix))
        {
            Assert.True(one.Timestamps.Span.SequenceEqual(other.Timestamps.Span), $"{place}: other times of {one.Labels}");
            for (var row = 0; row < one.Values.Length; row++)
            {
                var (wanted, found) = (one.Values.Span[row], other.Values.Span[row]);
                Assert.True(
                    BitConverter.DoubleToInt64Bits(wanted) == BitConverter.DoubleToInt64Bits(found),
                    $"{place}: {one.Labels} is {found:R} instead of {wanted:R} at {(one.Timestamps.Span[row] - T0) / 1000}");
            }
        }
    }

    /// <summary>Every host once, but for those that are down; one that is goes with a staleness marker.</summary>
    private void Scrape(Random random, long time)
    {
        using var appender = _store.Tsdb.OpenAppender();
        for (var host = 0; host < Hosts; host++)
        {
            if (random.Next(20) == 0)
            {
                continue;
            }
            SeriesRef gauge = default, counter = default;
            appender.Append(ref gauge, Of("gauge", host), time - random.Next(3), random.Next(25) == 0 ? StaleMarker.Value : Math.Round(50 * random.NextDouble(), 2));
            appender.Append(ref counter, Of("requests_total", host), time, (time - T0) % (7 * Minute) * (host + 1) / 1000.0);
        }
        Assert.Equal(CommitStatus.Committed, appender.Commit());
    }

    private void WriteLate(Random random, long now)
    {
        using var appender = _store.Tsdb.OpenAppender();
        SeriesRef late = default;
        appender.Append(ref late, Of("gauge", random.Next(Hosts + 2)), now - random.Next(600) * Second - 1, random.NextDouble());
        Assert.Equal(CommitStatus.Committed, appender.Commit());
    }

    private static Labels Of(string name, int host) => Labels.Of("__name__", name, "host", $"h{host}");
}

using Touchline.Model;
using Touchline.PromQL;
using Touchline.Storage;
using Touchline.Storage.InMemory;
using Touchline.Tsdb.Retention;
using static Touchline.Tsdb.Tests.TestStore;
using MatchType = Touchline.Model.MatchType;

namespace Touchline.Tsdb.Tests.Aggregates;

/// <summary>
/// Twelve days of series of every kind, in a store that ages them and in one that keeps every sample, so that the same question can be put to both.
/// Up to the sixth day there are 1h aggregates, up to the tenth 5m aggregates, then samples.
/// </summary>
internal sealed class AgedStore : IDisposable
{
    public const long Day = 24 * Hour;
    public const long Minute = 60_000;
    public const long HoursUntil = T0 + (6 * Day);
    public const long FiveMinutesUntil = T0 + (10 * Day);
    public const long End = T0 + (12 * Day) + (6 * Hour);

    private readonly PromQLEngine _aged;
    private readonly PromQLEngine _exact;

    public AgedStore(bool aged = true, params SeriesRetention[] policies)
    {
        Store = new TestStore(options =>
        {
            options.BlockRangeMs = Day / 2;
            // Nothing is that old, but blocks stay half a day long, so that the borders lie where they are expected.
            options.RetentionTimeMs = 14 * Day;
            options.RetentionPolicies = policies.Length > 0 ? policies : [Everything];
        });
        Write();
        Store.Tsdb.RunMaintenance();
        if (aged)
        {
            Store.Tsdb.RunCompaction();
        }
        var options = new PromQLOptions { Features = PromQLFeatures.ExperimentalFunctions };
        _aged = new PromQLEngine(Store.Tsdb, options, Store.Time);
        _exact = new PromQLEngine(Exact, options, Store.Time);
    }

    public static SeriesRetention Everything => new()
    {
        Matchers = [],
        Downsampling = [new Downsampling(2 * Day, 5 * Minute), new Downsampling(6 * Day, Hour)],
    };

    public TestStore Store { get; }

    public InMemoryStore Exact { get; } = new();

    public static LabelMatcher NameIs(string name) => new(MatchType.Equal, "__name__", name);

    // Its name is a label too, because functions take the name away.
    private static Labels Named(string name) => Labels.Of("__name__", name, "kind", name);

    public QueryResult Aged(string query, long start, long end, long step) => _aged.QueryRange(query, start, end, step, default, default);

    public QueryResult Raw(string query, long start, long end, long step) => _exact.QueryRange(query, start, end, step, default, default);

    public QueryResult AgedAt(string query, long time) => _aged.Query(query, time, default, default);

    public QueryResult RawAt(string query, long time) => _exact.Query(query, time, default, default);

    public void Dispose()
    {
        _aged.Dispose();
        _exact.Dispose();
        Store.Dispose();
    }

    private void Write()
    {
        var random = new Random(7);
        var series = Series(random);
        using var aged = Store.Tsdb.OpenAppender();
        using var exact = Exact.OpenAppender();
        var agedReferences = new SeriesRef[series.Count];
        var exactReferences = new SeriesRef[series.Count];
        for (var step = 0L; T0 + (step * Minute) < End; step++)
        {
            for (var i = 0; i < series.Count; i++)
            {
                // Every series has its own place in the minute, and the second half some jitter.
                var time = T0 + (step * Minute) + (i * 1500) + (i % 2 == 0 ? 0 : random.Next(-40, 40)) + 40;
                if (series[i].Next(step) is { } sample)
                {
                    Append(aged, ref agedReferences[i], series[i].Labels, time, sample);
                    Append(exact, ref exactReferences[i], series[i].Labels, time, sample);
                }
            }
            if (step % 30 == 0)
            {
                aged.Commit();
                exact.Commit();
            }
        }
        aged.Commit();
        exact.Commit();
    }

    private static void Append(IAppender appender, ref SeriesRef reference, Labels labels, long time, (double Value, NativeHistogram? Histogram) sample)
    {
        var status = sample.Histogram is null
            ? appender.Append(ref reference, labels, time, sample.Value)
            : appender.AppendHistogram(ref reference, labels, time, sample.Histogram);
        Assert.Equal(AppendStatus.Stored, status);
    }

    private static List<(Labels Labels, Func<long, (double, NativeHistogram?)?> Next)> Series(Random random)
    {
        var counter = 0.0;
        var decimals = 0.0;
        var walk = 20.0;
        var buckets = new double[3];
        (double, NativeHistogram?)? Float(double value) => (value, null);
        return
        [
            (Named("steady_total"), step => Float(step * 3)),
            (Named("requests_total"), _ => Float(counter = random.Next(700) == 0 ? random.Next(5) : counter + random.Next(100))),
            // Starts anew several times within one window.
            (Named("crashing_total"), step => Float(step % 3 == 0 ? 1 : 1 + (step % 3 * 10))),
            (Named("seconds_total"), _ => Float(decimals += random.Next(1000) / 100.0)),
            (Named("temperature"), _ => Float(walk += (random.NextDouble() - 0.5) / 3)),
            (Named("integers"), _ => Float(random.Next(-500, 1000))),
            (Named("constant"), _ => Float(42)),
            (Named("slow"), step => step % 17 == 0 ? Float(step) : null),
            // Comes and goes, with and without a staleness marker.
            (Named("job_total"), step => (step % 200) switch { < 90 => Float(step * 2), 90 => Float(StaleMarker.Value), _ => null }),
            (Named("silent"), step => step % 331 < 100 ? Float(step % 331) : null),
            (Named("sometimes_nan"), step => Float(step % 40 < 7 ? double.NaN : step % 11)),
            (Named("infinite"), step => Float(step % 90 == 0 ? double.PositiveInfinity : step % 13)),
            (Named("latency_seconds"), step =>
            {
                if (step % 500 == 0)
                {
                    Array.Clear(buckets);
                }
                for (var i = 0; i < buckets.Length; i++)
                {
                    buckets[i] += random.Next(9);
                }
                return (0, new NativeHistogram
                {
                    Schema = 1,
                    Count = buckets.Sum(),
                    Sum = buckets.Sum() * 1.5,
                    PositiveSpans = [new BucketSpan(0, 3)],
                    PositiveBuckets = [.. buckets],
                });
            }),
        ];
    }
}

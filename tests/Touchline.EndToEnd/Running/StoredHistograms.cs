using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb;

namespace Touchline.EndToEnd.Running;

/// <summary>
/// A data directory with an hour of native histograms: <c>request_duration_seconds{route="a"|"b"}</c> in exponential buckets around 50 ms,
/// slower halfway, <c>payload_bytes</c> in custom ones, and <c>drift_celsius</c> on both sides of zero.
/// </summary>
internal static class StoredHistograms
{
    private const int StepMs = 15_000;
    private const int Steps = 240;
    private const int Schema = 2;

    public static void Write(string path)
    {
        var end = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var start = end - Steps * StepMs;
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(start));
        using var store = TsdbStore.Open(new TsdbOptions { Path = path }, time, NullLogger.Instance);
        var random = new Random(7);
        var a = new double[48];
        var b = new double[48];
        var payload = new double[6];
        var (below, zero, above) = (new double[8], 0d, new double[8]);
        for (var step = 0; step <= Steps; step++)
        {
            for (var i = 0; i < 200; i++)
            {
                a[Exponential(Math.Exp(Normal(random) * 0.5) * (step is > 100 and < 150 ? 0.2 : 0.05))]++;
                b[Exponential(Math.Exp(Normal(random) * 0.3) * 0.9)]++;
                payload[Math.Clamp((int)(Normal(random) + 3), 0, 5)]++;
                var drift = (int)Math.Round(Normal(random) * 2);
                if (drift == 0)
                {
                    zero++;
                }
                else
                {
                    (drift < 0 ? below : above)[Math.Min(7, Math.Abs(drift) - 1)]++;
                }
            }
            var at = start + step * StepMs;
            time.SetUtcNow(DateTimeOffset.FromUnixTimeMilliseconds(at));
            using var appender = store.OpenAppender();
            Append(appender, at, Of(a) with { Schema = Schema, PositiveSpans = [new BucketSpan(-32, 48)] }, "request_duration_seconds", "route", "a");
            Append(appender, at, Of(b) with { Schema = Schema, PositiveSpans = [new BucketSpan(-32, 48)] }, "request_duration_seconds", "route", "b");
            Append(
                appender,
                at,
                Of(payload) with { Schema = NativeHistogram.CustomBucketsSchema, PositiveSpans = [new BucketSpan(0, 6)], CustomBounds = [128, 512, 1024, 2048, 8192] },
                "payload_bytes", "kind", "json");
            Append(
                appender,
                at,
                Of(above) with
                {
                    ZeroThreshold = 0.5,
                    ZeroCount = zero,
                    Count = zero + above.Sum() + below.Sum(),
                    Sum = above.Sum() - below.Sum(),
                    PositiveSpans = [new BucketSpan(0, 8)],
                    NegativeSpans = [new BucketSpan(0, 8)],
                    NegativeBuckets = [.. below],
                },
                "drift_celsius", "room", "1");
            Assert.Equal(CommitStatus.Committed, appender.Commit());
        }
    }

    private static NativeHistogram Of(double[] counts) => new() { Count = counts.Sum(), Sum = counts.Sum() * 0.1, PositiveBuckets = [.. counts] };

    private static int Exponential(double value) => Math.Clamp((int)Math.Ceiling(Math.Log2(value) * (1 << Schema)) + 32, 0, 47);

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static void Append(IAppender appender, long at, NativeHistogram histogram, string name, string label, string value)
    {
        SeriesRef reference = default;
        Assert.Equal(AppendStatus.Stored, appender.AppendHistogram(ref reference, Labels.Of(LabelNames.MetricName, name, label, value), at, histogram));
    }
}

using System.Collections.Concurrent;
using Touchline.Api;
using Touchline.Collectors;
using Touchline.Model;

namespace Touchline.Telemetry;

/// <summary>Counts the requests that the server answers, by route and status, and how long they took. Thread-safe.</summary>
internal sealed class HttpRequestFigures(TimeProvider time)
{
    /// <summary>Upper bounds in seconds, those of Prometheus's own server.</summary>
    private static readonly double[] Bounds = [0.1, 0.2, 0.4, 1, 3, 8, 20, 60, 120];

    private static readonly string[] BoundTexts = [.. Bounds.Select(SampleValue.Format), "+Inf"];

    private readonly ConcurrentDictionary<(string Handler, int Code), Counter> _requests = new();
    private readonly ConcurrentDictionary<string, Durations> _durations = new();

    public async Task MeasureAsync(HttpContext context, RequestDelegate next)
    {
        var start = time.GetTimestamp();
        try
        {
            await next(context);
        }
        finally
        {
            // Routes only, never paths: the number of series must not be in the hands of whoever sends requests.
            var handler = context.GetEndpoint()?.Metadata.GetMetadata<HandlerName>()?.Name;
            if (handler is not null)
            {
                _durations.GetOrAdd(handler, _ => new Durations()).Observe(time.GetElapsedTime(start).TotalSeconds);
            }
            _requests.GetOrAdd((handler ?? "other", context.Response.StatusCode), _ => new Counter()).Increment();
        }
    }

    public void Collect(IMetricWriter writer)
    {
        writer.Family("prometheus_http_requests_total", MetricType.Counter, "Counter of HTTP requests.");
        foreach (var ((handler, code), counter) in _requests)
        {
            writer.Sample(counter.Value, "code", SampleValue.Format(code), "handler", handler);
        }
        writer.Family("prometheus_http_request_duration_seconds", MetricType.Histogram, "Histogram of latencies for HTTP requests.");
        foreach (var (handler, durations) in _durations)
        {
            var (cumulative, sum) = durations.Read();
            for (var i = 0; i < BoundTexts.Length; i++)
            {
                writer.SuffixedSample("_bucket", cumulative[i], "handler", handler, "le", BoundTexts[i]);
            }
            writer.SuffixedSample("_sum", sum, "handler", handler);
            writer.SuffixedSample("_count", cumulative[^1], "handler", handler);
        }
    }

    private sealed class Counter
    {
        private long _value;

        public long Value => Interlocked.Read(ref _value);

        public void Increment() => Interlocked.Increment(ref _value);
    }

    private sealed class Durations
    {
        private readonly Lock _lock = new();
        private readonly long[] _counts = new long[Bounds.Length + 1];
        private double _sum;

        public void Observe(double seconds)
        {
            var bucket = 0;
            while (bucket < Bounds.Length && seconds > Bounds[bucket])
            {
                bucket++;
            }
            lock (_lock)
            {
                _counts[bucket]++;
                _sum += seconds;
            }
        }

        public (long[] Cumulative, double Sum) Read()
        {
            lock (_lock)
            {
                var cumulative = new long[_counts.Length];
                var total = 0L;
                for (var i = 0; i < cumulative.Length; i++)
                {
                    cumulative[i] = total += _counts[i];
                }
                return (cumulative, _sum);
            }
        }
    }
}

using Touchline.Model;

namespace Touchline.PromQL.Scripts;

/// <summary>Converts the buckets, sums and counts of classic histograms to native histograms with custom buckets, as <c>load_with_nhcb</c> asks for.</summary>
internal static class ClassicHistograms
{
    /// <exception cref="FormatException">The counts of a histogram's buckets fall, or its buckets contradict each other.</exception>
    public static IEnumerable<(Labels Labels, long TimestampMs, NativeHistogram Histogram)> Convert(LoadCommand load)
    {
        var histograms = new Dictionary<Labels, SortedDictionary<long, Parts>>();
        foreach (var series in load.Series)
        {
            if (Split(series.Labels) is not { } part)
            {
                continue;
            }
            if (!histograms.TryGetValue(part.Labels, out var byTime))
            {
                byTime = [];
                histograms.Add(part.Labels, byTime);
            }
            for (var i = 0; i < series.Values.Count; i++)
            {
                var value = series.Values[i];
                if (value.Omitted || value.Histogram is not null)
                {
                    continue;
                }
                var time = i * load.IntervalMs;
                if (!byTime.TryGetValue(time, out var parts))
                {
                    parts = new Parts();
                    byTime.Add(time, parts);
                }
                parts.Set(part, value.Number);
            }
        }
        foreach (var (labels, byTime) in histograms)
        {
            foreach (var (time, parts) in byTime)
            {
                if (parts.ToHistogram(labels) is { } histogram)
                {
                    yield return (labels, time, histogram);
                }
            }
        }
    }

    private enum Role
    {
        Bucket,
        Count,
        Sum,
    }

    private readonly record struct Part(Labels Labels, Role Role, double UpperBound);

    private static Part? Split(Labels labels)
    {
        var name = labels.MetricName;
        foreach (var (suffix, role) in (ReadOnlySpan<(string, Role)>)[("_bucket", Role.Bucket), ("_count", Role.Count), ("_sum", Role.Sum)])
        {
            if (!name.EndsWith(suffix, StringComparison.Ordinal))
            {
                continue;
            }
            var bound = double.NaN;
            if (role == Role.Bucket && (!SampleValue.TryParse(labels[LabelNames.BucketBound], out bound) || double.IsNaN(bound)))
            {
                return null;
            }
            var own = new LabelsBuilder(labels).Set(LabelNames.MetricName, name[..^suffix.Length]).Delete(LabelNames.BucketBound).ToLabels();
            return new Part(own, role, bound);
        }
        return null;
    }

    /// <summary>What a classic histogram says at one time.</summary>
    private sealed class Parts
    {
        private readonly SortedDictionary<double, double> _buckets = [];
        private double? _count;
        private double _sum;
        private bool _broken;

        public void Set(Part part, double value)
        {
            switch (part.Role)
            {
                case Role.Count:
                    _count = value;
                    break;
                case Role.Sum:
                    _sum = value;
                    break;
                default:
                    // The same bound may be written in several ways; then the counts must agree.
                    _broken |= double.IsNaN(value) || (_buckets.TryGetValue(part.UpperBound, out var other) && !other.Equals(value));
                    _buckets[part.UpperBound] = value;
                    break;
            }
        }

        public NativeHistogram? ToHistogram(Labels labels)
        {
            if (_broken || _count is double.NaN)
            {
                return null;
            }
            var count = _count ?? (_buckets.Count > 0 ? _buckets.Last().Value : 0);
            _buckets.TryAdd(double.PositiveInfinity, count);
            var counts = new double[_buckets.Count];
            var before = 0.0;
            var next = 0;
            foreach (var (_, cumulative) in _buckets)
            {
                if (cumulative < before)
                {
                    throw new FormatException($"the bucket counts of {labels} fall, so it cannot be converted to a native histogram");
                }
                counts[next++] = cumulative - before;
                before = cumulative;
            }
            return new NativeHistogram
            {
                Schema = NativeHistogram.CustomBucketsSchema,
                IsFloat = true,
                Count = count,
                Sum = _sum,
                CustomBounds = [.. _buckets.Keys.Where(double.IsFinite)],
                PositiveSpans = [new BucketSpan(0, (uint)counts.Length)],
                PositiveBuckets = counts,
            };
        }
    }
}

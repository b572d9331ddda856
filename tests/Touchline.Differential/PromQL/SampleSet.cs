using Touchline.Model;
using Touchline.Storage;
using Touchline.Storage.InMemory;

namespace Touchline.Differential.PromQL;

/// <summary>Series that are loaded alike into the real Prometheus and into a store of ours.</summary>
internal sealed class SampleSet
{
    private readonly Dictionary<Labels, SortedDictionary<long, (double Value, NativeHistogram? Histogram)>> _series = [];

    public IReadOnlyDictionary<Labels, SortedDictionary<long, (double Value, NativeHistogram? Histogram)>> Series => _series;

    public void Add(Labels labels, long timestampMs, double value) => SamplesOf(labels)[timestampMs] = (value, null);

    public void Add(Labels labels, long timestampMs, NativeHistogram histogram) => SamplesOf(labels)[timestampMs] = (0, histogram);

    public InMemoryStore ToStore()
    {
        var store = new InMemoryStore();
        using var appender = store.OpenAppender();
        foreach (var (labels, samples) in _series)
        {
            SeriesRef series = default;
            foreach (var (time, (value, histogram)) in samples)
            {
                var status = histogram is null
                    ? appender.Append(ref series, labels, time, value)
                    : appender.AppendHistogram(ref series, labels, time, histogram);
                Assert.Equal(AppendStatus.Stored, status);
            }
        }
        Assert.Equal(CommitStatus.Committed, appender.Commit());
        return store;
    }

    private SortedDictionary<long, (double Value, NativeHistogram? Histogram)> SamplesOf(Labels labels)
    {
        if (!_series.TryGetValue(labels, out var samples))
        {
            _series.Add(labels, samples = []);
        }
        return samples;
    }
}

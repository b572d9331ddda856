using System.Collections.Concurrent;
using Touchline.Model;

namespace Touchline.RemoteWrite.Sending;

/// <summary>Type, help and unit of the metrics that samples came of. Thread-safe.</summary>
internal sealed class MetadataBook
{
    /// <summary>Far more than anybody has; then new ones are not noted.</summary>
    private const int MaxMetrics = 200_000;

    /// <summary>Of names, helps and units together: a help may be as long as an exposition.</summary>
    private const long MaxCharacters = 32 * 1024 * 1024;

    /// <summary>What the series of a family are called beside the family's own name.</summary>
    private static readonly string[] Suffixes = ["_total", "_bucket", "_count", "_sum", "_info", "_created", "_gcount", "_gsum"];

    private readonly ConcurrentDictionary<string, MetricMetadata> _metrics = new(StringComparer.Ordinal);
    private readonly Lock _changing = new();
    private long _characters;
    private int _version;

    /// <summary>Changes with every entry that does, so that what was looked up before can be kept.</summary>
    public int Version => Volatile.Read(ref _version);

    public IEnumerable<KeyValuePair<string, MetricMetadata>> All => _metrics;

    public void Set(string metric, MetricMetadata metadata)
    {
        if (_metrics.TryGetValue(metric, out var known) && known == metadata)
        {
            return;
        }
        lock (_changing)
        {
            var before = _metrics.TryGetValue(metric, out known) ? LengthOf(metric, known) : 0;
            var more = LengthOf(metric, metadata) - before;
            if ((known is null && _metrics.Count >= MaxMetrics) || _characters + more > MaxCharacters)
            {
                return;
            }
            _characters += more;
            _metrics[metric] = metadata;
            Interlocked.Increment(ref _version);
        }
    }

    /// <summary>Notes what is not known yet.</summary>
    public void Restore(IEnumerable<KeyValuePair<string, MetricMetadata>> metrics)
    {
        foreach (var (metric, metadata) in metrics)
        {
            if (!_metrics.ContainsKey(metric))
            {
                Set(metric, metadata);
            }
        }
    }

    /// <summary>What is known of the family that a series with this name belongs to, null where that is nothing.</summary>
    public MetricMetadata? Find(string metric)
    {
        if (_metrics.TryGetValue(metric, out var own))
        {
            return own;
        }
        foreach (var suffix in Suffixes)
        {
            if (metric.EndsWith(suffix, StringComparison.Ordinal) && _metrics.TryGetValue(metric[..^suffix.Length], out var family))
            {
                return family;
            }
        }
        return null;
    }

    private static long LengthOf(string metric, MetricMetadata metadata) => (long)metric.Length + metadata.Help.Length + metadata.Unit.Length;
}

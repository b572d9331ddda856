using Touchline.Model;
using Touchline.Tsdb.Index;

namespace Touchline.Tsdb.Cardinality;

/// <summary>Counts what is heavy in the head's index, with the meaning that Prometheus gives its TSDB status page.</summary>
internal static class CardinalityCount
{
    public static CardinalityStatistics Of(HeadIndex index, int limit)
    {
        var seriesByMetric = new Heaviest(limit);
        var valuesByName = new Heaviest(limit);
        var bytesByName = new Heaviest(limit);
        var seriesByPair = new Heaviest(limit);
        foreach (var label in index.Labels)
        {
            var pairs = label.Pairs;
            valuesByName.Add(label.Name, pairs.Length);
            long bytes = 0;
            foreach (var pair in pairs)
            {
                var series = pair.Count;
                bytes += (long)pair.Value.Length * series;
                seriesByPair.Add(pair, series);
                if (label.Name == LabelNames.MetricName)
                {
                    seriesByMetric.Add(pair.Value, series);
                }
            }
            bytesByName.Add(label.Name, bytes);
        }
        return new CardinalityStatistics(
            index.SeriesCount, index.PairCount, seriesByMetric.Falling(), valuesByName.Falling(), bytesByName.Falling(), seriesByPair.Falling());
    }

    /// <summary>Keeps the largest few of many counts. Names of pairs are put together only for those that stay.</summary>
    private sealed class Heaviest(int limit)
    {
        private readonly PriorityQueue<object, long> _lightestFirst = new();

        public void Add(object named, long count)
        {
            _lightestFirst.Enqueue(named, count);
            if (_lightestFirst.Count > Math.Max(0, limit))
            {
                _lightestFirst.Dequeue();
            }
        }

        public IReadOnlyList<NamedCount> Falling() =>
            [.. _lightestFirst.UnorderedItems
                .Select(item => new NamedCount(NameOf(item.Element), item.Priority))
                .OrderByDescending(item => item.Count).ThenBy(item => item.Name, StringComparer.Ordinal)];

        private static string NameOf(object named) => named is LabelPair pair ? $"{pair.Name}={pair.Value}" : (string)named;
    }
}

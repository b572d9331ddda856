using Touchline.Tsdb.Blocks;
using static Touchline.Tsdb.Tests.TestStore;

namespace Touchline.Tsdb.Tests.Cardinality;

public sealed class MetricBytesTests
{
    [Fact]
    public void Metrics_have_the_bytes_of_their_chunks_in_every_block()
    {
        using var store = new TestStore();
        for (var hour = 0; hour < 6; hour++)
        {
            store.Fill(40, T0 + (hour * Hour), T0 + ((hour + 1) * Hour), 60_000, "many");
            store.Fill(3, T0 + (hour * Hour), T0 + ((hour + 1) * Hour), 60_000, "few");
        }
        Assert.Empty(store.Tsdb.DiskBytesByMetric(10, CancellationToken.None));
        store.Tsdb.RunMaintenance();
        Assert.NotEmpty(store.Tsdb.Status().Blocks);

        Assert.Equal(ByChunks(store), store.Tsdb.DiskBytesByMetric(10, CancellationToken.None).Select(count => (count.Name, count.Count)));
        Assert.Equal("many", Assert.Single(store.Tsdb.DiskBytesByMetric(1, CancellationToken.None)).Name);

        // What is counted already is right for the blocks that replace others.
        store.Tsdb.RunCompaction();
        Assert.Equal(ByChunks(store), store.Tsdb.DiskBytesByMetric(10, CancellationToken.None).Select(count => (count.Name, count.Count)));
        Assert.Equal(["many", "few"], store.Tsdb.UnreadMetrics(TimeSpan.Zero, 10, CancellationToken.None).Metrics.Select(metric => metric.Name));
    }

    /// <summary>The same from each chunk's own entry.</summary>
    private static List<(string, long)> ByChunks(TestStore store)
    {
        var bytes = new Dictionary<string, long>();
        foreach (var directory in Directory.GetDirectories(store.BlocksDirectory))
        {
            var block = Block.Open(directory, (_, _) => { });
            foreach (var series in block.Index.AllSeries())
            {
                var chunks = new List<ChunkMeta>();
                block.Index.ChunksOf(series, long.MinValue, long.MaxValue, chunks);
                var name = block.Index.LabelsOf(series, new SymbolPages(block.Index.SymbolCount)).MetricName;
                bytes[name] = bytes.GetValueOrDefault(name) + chunks.Sum(chunk => (long)chunk.Length);
            }
            block.Release();
        }
        return [.. bytes.OrderByDescending(entry => entry.Value).Select(entry => (entry.Key, entry.Value))];
    }
}

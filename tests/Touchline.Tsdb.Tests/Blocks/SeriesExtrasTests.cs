using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Compaction;
using Touchline.Tsdb.Files;
using static Touchline.Tsdb.Tests.TestStore;
using MatchType = Touchline.Model.MatchType;

namespace Touchline.Tsdb.Tests.Blocks;

/// <summary>Exemplars, created times and metadata: what stays when head, log and blocks move on.</summary>
public sealed class SeriesExtrasTests
{
    private const long Step = 60_000;
    private static readonly Labels Series = Labels.Of("__name__", "requests_total", "job", "api");
    private static readonly LabelMatcher Selector = new(MatchType.Equal, "job", "api");

    [Fact]
    public void They_survive_blocks_checkpoints_and_restarts()
    {
        using var store = new TestStore();
        Fill(store, T0, T0 + (7 * Hour));
        var before = Exemplars(store);
        Assert.Equal(7 * 12, before.Count);
        store.Tsdb.RunMaintenance();
        Assert.True(store.Tsdb.Status().Blocks.Count >= 2);
        Assert.Single(Directory.GetFiles(store.WalDirectory, "*.checkpoint"));
        Assert.Equal(before, Exemplars(store));

        store.Reopen();
        Assert.Equal(before, Exemplars(store));
        Assert.Equal([T0 - 1, T0 + (3 * Hour) - 1, T0 + (6 * Hour) - 1], Created(store, T0, T0 + (7 * Hour)));
        Assert.Equal([T0 - 1], Created(store, T0, T0 + Hour));
        using var querier = store.Tsdb.OpenQuerier(T0, T0 + Hour);
        Assert.Equal("Requests.", querier.Metadata()["requests_total"].Help);
    }

    [Fact]
    public void Merging_blocks_keeps_what_is_not_deleted()
    {
        using var store = new TestStore();
        Fill(store, T0, T0 + (6 * Hour));
        store.Tsdb.RunMaintenance();
        store.Tsdb.DeleteSeries([Selector], T0 + Hour, T0 + (2 * Hour), default);
        var expected = Exemplars(store).Where(exemplar => exemplar.TimestampMs < T0 + (4 * Hour)).ToList();
        Assert.DoesNotContain(expected, exemplar => exemplar.TimestampMs > T0 + Hour && exemplar.TimestampMs < T0 + (2 * Hour));
        var blocks = Directory.GetDirectories(store.BlocksDirectory).Order(StringComparer.Ordinal)
            .Select(directory => Block.Open(directory, (_, damage) => Assert.Fail(damage))).OrderBy(block => block.Meta.MinTimeMs).ToList();
        try
        {
            var merge = new BlockMerge(blocks);
            var rows = new SampleColumns();
            Assert.Equal(Series, merge.Next(rows));
            Assert.Equal(expected, merge.Extras.Exemplars.Where(exemplar => exemplar.TimestampMs < T0 + (4 * Hour)));
            Assert.Equal(T0 - 1, merge.Extras.Created[0]);
            Assert.Null(merge.Next(rows));
            Assert.Empty(merge.Extras.Exemplars);
        }
        finally
        {
            blocks.ForEach(block => block.Release());
        }
    }

    [Fact]
    public void Ring_gives_the_newest_where_there_are_more_than_it_holds()
    {
        var ring = new Touchline.Tsdb.Head.ExemplarRing(100);
        Exemplar[] exemplars = [.. Enumerable.Range(0, 250).Select(i => new Exemplar(Labels.Of("trace_id", $"{i:x4}"), i, i))];
        for (var i = 0; i < exemplars.Length; i++)
        {
            Assert.True(ring.IsNews((uint)i % 3, exemplars[i]));
            ring.Add((uint)i % 3, exemplars[i]);
            Assert.False(ring.IsNews((uint)i % 3, exemplars[i] with { }));
        }
        Assert.Equal(exemplars[150..], ring.Within(0, 250).Select(entry => entry.Exemplar));
        Assert.Equal(exemplars[200..211], ring.Within(200, 210).Select(entry => entry.Exemplar));
    }

    [Fact]
    public void Nonsense_in_the_section_is_refused()
    {
        var section = new ByteBuffer();
        section.WriteVarint(3);
        section.WriteVarint(200);
        Assert.Throws<CorruptDataException>(() => new SparseSectionPlaces(section.Written));
    }

    private static void Fill(TestStore store, long from, long to)
    {
        using var appender = store.Tsdb.OpenAppender();
        var series = default(SeriesRef);
        for (var time = from; time < to; time += Step)
        {
            appender.Append(ref series, Series, time, (time - from) / Step);
            if (time / Step % 5 == 0)
            {
                appender.AppendExemplar(series, new Exemplar(Labels.Of("trace_id", $"{time:x16}", "user", "Zoë"), time % 7 / 3.0, time + 500));
            }
            appender.SetCreated(series, from + ((time - from) / (3 * Hour) * 3 * Hour) - 1);
            appender.SetMetadata("requests_total", new MetricMetadata(MetricType.Counter, "Requests.", ""));
            Assert.Equal(CommitStatus.Committed, appender.Commit());
        }
    }

    private static IReadOnlyList<Exemplar> Exemplars(TestStore store)
    {
        var found = Assert.Single(store.Tsdb.SelectExemplars([[Selector]], long.MinValue, long.MaxValue, default));
        Assert.Equal(Series, found.Labels);
        return found.Exemplars;
    }

    private static IReadOnlyList<long> Created(TestStore store, long from, long to)
    {
        using var querier = store.Tsdb.OpenQuerier(from, to);
        return Assert.Single(querier.Select([Selector], false, default)).CreatedTimes();
    }
}

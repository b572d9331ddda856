using Microsoft.Extensions.Time.Testing;
using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Cardinality;
using static Touchline.Tsdb.Tests.TestStore;
using MatchType = Touchline.Model.MatchType;

namespace Touchline.Tsdb.Tests.Cardinality;

public sealed class MetricReadsTests
{
    private static readonly TimeSpan Month = TimeSpan.FromDays(30);

    [Fact]
    public void A_metric_that_a_query_reads_is_not_unread_until_the_time_has_passed()
    {
        using var store = TwoMetrics();
        var started = store.Time.GetUtcNow();
        store.Time.Advance(TimeSpan.FromHours(1));
        var readAt = store.Time.GetUtcNow();
        Read(store, new LabelMatcher(MatchType.Equal, "__name__", "a"));

        var unread = Unread(store);
        Assert.Equal(("b", (DateTimeOffset?)null), Assert.Single(unread.Metrics.Select(metric => (metric.Name, metric.LastReadAt))));
        Assert.Equal(1, unread.Count);
        Assert.Equal(started, unread.ObservedSince);

        store.Time.Advance(Month);
        Assert.Equal([("a", (DateTimeOffset?)readAt), ("b", null)], Unread(store).Metrics.Select(metric => (metric.Name, metric.LastReadAt)));
        Assert.Equal("a", Assert.Single(store.Tsdb.UnreadMetrics(Month, 1, CancellationToken.None).Metrics).Name);
        Assert.Equal(2, store.Tsdb.UnreadMetrics(Month, 1, CancellationToken.None).Count);
    }

    [Fact]
    public void A_selection_without_a_name_reads_what_it_finds()
    {
        using var store = TwoMetrics();
        Read(store, new LabelMatcher(MatchType.RegexMatch, "__name__", "b|c"));
        Assert.Equal("a", Assert.Single(Unread(store).Metrics).Name);
        Read(store, new LabelMatcher(MatchType.Equal, "group", "1"));
        Assert.Empty(Unread(store).Metrics);
    }

    [Fact]
    public void Lists_of_names_and_made_up_names_read_nothing()
    {
        using var store = TwoMetrics();
        using (var querier = store.Tsdb.OpenQuerier(long.MinValue, long.MaxValue))
        {
            querier.Select([new LabelMatcher(MatchType.Equal, "__name__", "a")], true, CancellationToken.None);
            querier.LabelValues("i", [new LabelMatcher(MatchType.Equal, "__name__", "a")], CancellationToken.None);
        }
        Read(store, new LabelMatcher(MatchType.Equal, "__name__", "nothing"));
        Assert.Equal(2, Unread(store).Count);
        store.Tsdb.Dispose();
        Assert.False(File.Exists(FileOf(store)), "nothing was read, so that nothing is to be kept");
    }

    [Fact]
    public void Reads_survive_a_restart()
    {
        using var store = TwoMetrics();
        var started = store.Time.GetUtcNow();
        store.Time.Advance(TimeSpan.FromHours(1));
        Read(store, new LabelMatcher(MatchType.Equal, "__name__", "a"));
        store.Reopen();
        Assert.Equal("b", Assert.Single(Unread(store).Metrics).Name);
        Assert.Equal(started, Unread(store).ObservedSince);
        Assert.Empty(store.Tsdb.Status().Damage);
    }

    [Fact]
    public void Maintenance_saves_them_every_five_minutes()
    {
        using var store = TwoMetrics();
        Read(store, new LabelMatcher(MatchType.Equal, "__name__", "a"));
        store.Tsdb.RunMaintenance();
        Assert.False(File.Exists(FileOf(store)));
        store.Time.Advance(TimeSpan.FromMinutes(5));
        store.Tsdb.RunMaintenance();
        var kept = MetricReadsFile.FromBytes(File.ReadAllBytes(FileOf(store)), store.Time);
        Assert.Equal("a", Assert.Single(kept.All()).Key);
    }

    [Fact]
    public void A_disk_that_does_not_take_the_file_is_tried_again_and_named()
    {
        using var store = TwoMetrics();
        Read(store, new LabelMatcher(MatchType.Equal, "__name__", "a"));
        var blocking = Directory.CreateDirectory(FileOf(store) + ".tmp");
        store.Time.Advance(TimeSpan.FromMinutes(5));
        store.Tsdb.RunMaintenance();
        Assert.NotNull(store.Tsdb.Status().MaintenanceFailure);
        blocking.Delete();
        store.Tsdb.RunMaintenance();
        Assert.Null(store.Tsdb.Status().MaintenanceFailure);
        Assert.True(File.Exists(FileOf(store)));
    }

    [Fact]
    public void Any_flipped_bit_is_found_and_the_file_set_aside()
    {
        using var store = TwoMetrics();
        Read(store, new LabelMatcher(MatchType.Equal, "__name__", "a"));
        store.Tsdb.Dispose();
        var good = File.ReadAllBytes(FileOf(store));
        for (var bit = 0; bit < good.Length * 8; bit++)
        {
            var bad = good.ToArray();
            bad[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<Tsdb.Files.CorruptDataException>(() => MetricReadsFile.FromBytes(bad, store.Time));
        }
        good[^1] ^= 1;
        store.Reopen(() => File.WriteAllBytes(FileOf(store), good));
        Assert.StartsWith(FileOf(store) + ": its checksum is wrong", Assert.Single(store.Tsdb.Status().Damage), StringComparison.Ordinal);
        Assert.Equal(good, File.ReadAllBytes(FileOf(store) + ".damaged"));
        Assert.Equal(2, Unread(store).Count);
        store.Reopen();
        Assert.Empty(store.Tsdb.Status().Damage);
    }

    [Fact]
    public void Too_many_names_drop_those_read_longest_ago_and_say_since_when_reads_are_known()
    {
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(T0));
        var full = Enumerable.Range(0, MetricReads.MaxMetrics).Select(i => KeyValuePair.Create($"m{i}", T0 - Hour + i));
        var reads = new MetricReads(time, T0 - (2 * Hour), full);
        using var store = TwoMetrics();
        using var querier = store.Tsdb.OpenQuerier(long.MinValue, long.MaxValue);
        LabelMatcher[] matchers = [new LabelMatcher(MatchType.Equal, "__name__", "a")];
        reads.Note(matchers, querier.Select(matchers, false, CancellationToken.None).Select(series => series.Labels.MetricName), CancellationToken.None);

        Assert.True(reads.TryGet("a", out var at));
        Assert.Equal(T0, at);
        Assert.False(reads.TryGet("m0", out _));
        Assert.True(reads.TryGet($"m{MetricReads.MaxMetrics - 1}", out _));
        Assert.Equal((MetricReads.MaxMetrics / 2) + 1, reads.All().Count);
        Assert.Equal(T0 - Hour + (MetricReads.MaxMetrics / 2) - 1, reads.SinceMs);
    }

    private static TestStore TwoMetrics()
    {
        var store = new TestStore();
        store.Fill(3, T0, T0 + 60_000, 15_000, "a");
        store.Fill(3, T0, T0 + 60_000, 15_000, "b");
        return store;
    }

    private static void Read(TestStore store, LabelMatcher matcher)
    {
        using var querier = store.Tsdb.OpenQuerier(long.MinValue, long.MaxValue);
        querier.Select([matcher], true, new SelectHints(SampleReading.Last, 0, 300_000), CancellationToken.None);
    }

    private static UnreadMetrics Unread(TestStore store) => store.Tsdb.UnreadMetrics(Month, 100, CancellationToken.None);

    private static string FileOf(TestStore store) => Path.Combine(store.Options.Path, MetricReadsFile.Name);
}

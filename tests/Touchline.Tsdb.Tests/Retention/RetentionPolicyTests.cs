using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Retention;
using static Touchline.Tsdb.Tests.TestStore;
using MatchType = Touchline.Model.MatchType;

namespace Touchline.Tsdb.Tests.Retention;

public sealed class RetentionPolicyTests
{
    private const long Day = 24 * Hour;
    private const long Minute = 60_000;

    [Fact]
    public void First_policy_that_matches_counts_and_the_general_retention_is_the_last()
    {
        var table = new RetentionTable(
            [Keep(1 * Day, ("i", "1")), Keep(0, ("group", "1")), new SeriesRetention { Matchers = [Is("group", "2")] }], 15 * Day);
        Assert.Equal(1 * Day, table.Of(SeriesLabels("m", 1)).KeepForMs);
        Assert.Equal(0, table.Of(SeriesLabels("m", 4)).KeepForMs);
        Assert.Equal(15 * Day, table.Of(SeriesLabels("m", 2)).KeepForMs);
        Assert.Equal(15 * Day, table.Of(SeriesLabels("m", 0)).KeepForMs);
        Assert.Equal(0, table.LongestKeepMs);
        Assert.Equal(15 * Day, new RetentionTable([Keep(Day, ("i", "1"))], 15 * Day).LongestKeepMs);
        Assert.Equal(40 * Day, new RetentionTable([Keep(40 * Day, ("i", "1"))], 15 * Day).LongestKeepMs);
    }

    [Fact]
    public void Small_block_goes_as_a_whole_and_a_large_one_in_parts()
    {
        var policy = Keep(10 * Day, ("i", "1"));
        long Dropped(long days, long now) => RetentionTable.CutsOf(policy, 0, days * Day, now).DropThrough;
        Assert.Equal(long.MinValue, Dropped(1, (11 * Day) - 1));
        Assert.Equal(long.MaxValue, Dropped(1, 11 * Day));
        Assert.Equal(long.MinValue, Dropped(20, (15 * Day) - 1));
        Assert.Equal(5 * Day, Dropped(20, 15 * Day));
        Assert.Equal(15 * Day, Dropped(20, 29 * Day));
        Assert.Equal(long.MaxValue, Dropped(20, 30 * Day));
    }

    [Fact]
    public void Series_are_dropped_when_their_own_time_is_over()
    {
        // Series 1 for a day, series 2 for ever, the others for two days.
        using var store = Filled(5, days: 4, 2 * Day, Keep(Day, ("i", "1")), Keep(0, ("i", "2")));
        Age(store);
        var samples = SamplesByLabel(store);
        Assert.Equal(["0", "1", "2", "3", "4"], samples.Keys);
        // Never too early, and at most a part of a block too late.
        Assert.InRange(AgeOfOldest(samples["1"]), Day, 2 * Day);
        Assert.Equal(T0, samples["2"][0]);
        Assert.All(["0", "3", "4"], i => Assert.InRange(AgeOfOldest(samples[i]), 2 * Day, 3 * Day));
        Assert.All(samples.Values, times => Assert.All(times.Zip(times.Skip(1)), pair => Assert.Equal(Minute, pair.Second - pair.First)));
        var before = Directory.GetDirectories(store.BlocksDirectory);
        store.Tsdb.RunCompaction();
        Assert.Equal(before, Directory.GetDirectories(store.BlocksDirectory));
    }

    [Fact]
    public void Block_of_which_nothing_is_left_is_gone()
    {
        using var store = Filled(3, days: 3, 0, Keep(Day, ("group", "0")), Keep(Day, ("group", "1")), Keep(Day, ("group", "2")));
        Age(store);
        store.Fill(3, T0 + (3 * Day), T0 + (7 * Day), Minute);
        Age(store);
        Assert.All(store.Tsdb.Status().Blocks, block => Assert.True(block.MaxTimeMs >= T0 + (6 * Day)));
        store.Reopen();
        Assert.All(SamplesByLabel(store).Values, times => Assert.InRange(AgeOfOldest(times), Day, 2 * Day));
    }

    [Fact]
    public void Aggregates_take_the_place_of_samples_step_by_step_and_survive_a_restart()
    {
        using var store = Filled(2, days: 8, 0, new SeriesRetention
        {
            Matchers = [Is("i", "0")],
            Downsampling = [new Downsampling(2 * Day, 5 * Minute), new Downsampling(5 * Day, 60 * Minute)],
        });
        Age(store);
        void Check()
        {
            var times = SamplesByLabel(store)["0"];
            // A window that the border of a block cuts in two has two rows.
            Assert.InRange(times.Count(time => time < T0 + (2 * Day)), 48, 48 + 4);
            Assert.InRange(times.Count(time => time > T0 + (3 * Day) && time < T0 + (5 * Day)), 2 * 288, (2 * 288) + 4);
            Assert.Equal(2 * 1440, times.Count(time => time >= T0 + (6 * Day)));
            Assert.Equal(8 * 1440, SamplesByLabel(store)["1"].Count);
        }
        Check();
        store.Reopen();
        Check();
        Assert.Empty(store.Tsdb.Status().Damage);
    }

    [Fact]
    public void Policies_change_while_the_store_runs()
    {
        using var store = Filled(2, days: 3, 0);
        Age(store);
        Assert.All(SamplesByLabel(store).Values, times => Assert.Equal(3 * 1440, times.Count));
        store.Tsdb.SetRetentionPolicies([Keep(Day, ("i", "1"))]);
        Age(store);
        Assert.Equal(3 * 1440, SamplesByLabel(store)["0"].Count);
        Assert.InRange(SamplesByLabel(store)["1"].Count, 1440, 2 * 1440);
        store.Tsdb.SetRetentionPolicies([]);
        Age(store);
        Assert.InRange(SamplesByLabel(store)["1"].Count, 1440, 2 * 1440);
    }

    [Fact]
    public void Clock_that_jumps_ahead_ages_nothing()
    {
        using var store = Filled(1, days: 2, 0, Keep(10 * Day, ("i", "0")));
        store.Time.Advance(TimeSpan.FromDays(400));
        Age(store);
        Assert.Equal(2 * 1440, SamplesByLabel(store)["0"].Count);
    }

    [Fact]
    public void Deleted_samples_do_not_come_back_as_aggregates()
    {
        using var store = Filled(2, days: 4, 0, new SeriesRetention { Matchers = [], Downsampling = [new Downsampling(Day, 60 * Minute)] });
        store.Tsdb.DeleteSeries([Is("i", "1")], T0, T0 + Day, default);
        Age(store);
        Assert.True(SamplesByLabel(store)["1"][0] > T0 + Day);
        Assert.True(SamplesByLabel(store)["0"][0] < T0 + Hour);
        // And aggregates can be deleted like samples.
        store.Tsdb.DeleteSeries([Is("i", "0")], T0, T0 + Day, default);
        Assert.True(SamplesByLabel(store)["0"][0] > T0 + Day);
        store.Tsdb.CleanTombstones(default);
        store.Reopen();
        Assert.True(SamplesByLabel(store)["0"][0] > T0 + Day);
    }

    private static long AgeOfOldest(List<long> times) => times[^1] - times[0];

    private static LabelMatcher Is(string name, string value) => new(MatchType.Equal, name, value);

    private static SeriesRetention Keep(long forMs, (string Name, string Value) label) =>
        new() { Matchers = [Is(label.Name, label.Value)], KeepForMs = forMs };

    private static TestStore Filled(int series, int days, long retentionMs, params SeriesRetention[] policies)
    {
        var store = new TestStore(options =>
        {
            options.BlockRangeMs = Day / 2;
            options.RetentionTimeMs = retentionMs;
            options.RetentionPolicies = policies;
        });
        store.Fill(series, T0, T0 + (days * Day), Minute);
        return store;
    }

    private static void Age(TestStore store)
    {
        store.Tsdb.RunMaintenance();
        store.Tsdb.RunCompaction();
        store.Tsdb.RunMaintenance();
        Assert.Null(store.Tsdb.Status().MaintenanceFailure);
    }

    private static SortedDictionary<string, List<long>> SamplesByLabel(TestStore store)
    {
        using var querier = store.Tsdb.OpenQuerier(long.MinValue, long.MaxValue);
        var samples = new SortedDictionary<string, List<long>>(StringComparer.Ordinal);
        var rows = new SampleColumns();
        foreach (var series in querier.Select([new LabelMatcher(MatchType.Equal, "__name__", "m")], true, default))
        {
            rows.Clear();
            series.Read(long.MinValue, long.MaxValue, rows);
            samples.Add(series.Labels["i"], [.. rows.Timestamps]);
        }
        Assert.Empty(querier.Warnings);
        return samples;
    }
}

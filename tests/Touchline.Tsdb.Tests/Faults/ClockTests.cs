using Touchline.Storage;
using static Touchline.Tsdb.Tests.TestStore;

namespace Touchline.Tsdb.Tests.Faults;

/// <summary>A clock that jumps, as the clock of a machine does that slept, was restored, or learnt the time late. Samples carry its time.</summary>
public sealed class ClockTests
{
    private const int Series = 5;
    private const long Step = 15_000;
    private const long Day = 24 * Hour;
    private const long KeepFor = 15 * Day;

    [Fact]
    public void Clock_that_jumps_ahead_for_a_while_costs_no_sample_and_the_store_goes_on_when_it_is_right_again()
    {
        using var store = StoreAt(T0);
        var before = Live(store, minutes: 100);
        var wrong = T0 + (24 * 60 * Hour);
        store.Time.AdjustTime(DateTimeOffset.FromUnixTimeMilliseconds(wrong));
        var ahead = Live(store, minutes: 5);
        var right = before.End + (6 * 60_000);
        SetBack(store, right);
        // One run of maintenance may pass until the clock's samples are taken again.
        var after = Live(store, minutes: 10, mayBeRefused: 4 * 2);
        foreach (var (from, to) in new[] { before, ahead, (after.Start + (2 * 60_000), after.End) })
        {
            AssertThere(store, from, to);
        }
        store.Reopen();
        var later = Live(store, minutes: 2);
        foreach (var (from, to) in new[] { before, ahead, (after.Start + (2 * 60_000), after.End), later })
        {
            AssertThere(store, from, to);
        }
        Assert.Empty(store.Tsdb.Status().Damage);
    }

    [Fact]
    public void Clock_that_jumps_back_costs_no_sample_of_before_and_new_ones_are_taken_within_two_minutes()
    {
        using var store = StoreAt(T0 + (10 * Hour));
        var before = Live(store, minutes: 30);
        SetBack(store, T0);
        var after = Live(store, minutes: 10, mayBeRefused: 4 * 2);
        AssertThere(store, before.Start, before.End);
        AssertThere(store, after.Start + (2 * 60_000), after.End);
        store.Reopen();
        AssertThere(store, before.Start, before.End);
        AssertThere(store, after.Start + (2 * 60_000), after.End);
    }

    [Fact]
    public void Clock_days_ahead_takes_nothing_whether_samples_arrive_at_its_time_or_not()
    {
        using var store = StoreAt(T0, KeepFor);
        var before = Live(store, minutes: 400);
        SetBack(store, T0 + (60 * Day));
        store.Tsdb.RunMaintenance();
        store.Tsdb.RunMaintenance();
        AssertThere(store, before.Start, before.End);

        var ahead = Live(store, minutes: 20 * 60);
        AssertThere(store, before.Start, before.End);
        AssertThere(store, ahead.Start, ahead.End);
        Assert.Contains("few and far ahead", store.Tsdb.Status().RetentionHeldBack, StringComparison.Ordinal);
        store.Reopen();
        var more = Live(store, minutes: 60);
        AssertThere(store, before.Start, before.End);
        Assert.NotNull(store.Tsdb.Status().RetentionHeldBack);

        // Right again: samples at the right time follow those of before, and what lies ahead of the clock says nothing.
        SetBack(store, before.End + (22 * Hour));
        var after = Live(store, minutes: 300, mayBeRefused: 4 * 2);
        Assert.Null(store.Tsdb.Status().RetentionHeldBack);
        foreach (var (from, to) in new[] { before, ahead, more, (after.Start + (2 * 60_000), after.End) })
        {
            AssertThere(store, from, to);
        }
        Assert.Empty(store.Tsdb.Status().Damage);
        Assert.Null(store.Tsdb.Status().MaintenanceFailure);
    }

    [Fact]
    public void Clock_days_ahead_at_a_restart_takes_nothing_and_right_again_at_the_next_neither()
    {
        using var store = StoreAt(T0, KeepFor);
        var before = Live(store, minutes: 400);
        store.Reopen(() => SetBack(store, T0 + (400 * Day)));
        var ahead = Live(store, minutes: 400);
        AssertThere(store, before.Start, before.End);
        AssertThere(store, ahead.Start, ahead.End);
        store.Reopen(() => SetBack(store, before.End + Hour));
        var after = Live(store, minutes: 60, mayBeRefused: 4 * 2);
        foreach (var (from, to) in new[] { before, ahead, (after.Start + (2 * 60_000), after.End) })
        {
            AssertThere(store, from, to);
        }
    }

    [Fact]
    public void Clock_years_back_at_a_restart_takes_nothing()
    {
        using var store = StoreAt(T0, KeepFor);
        var before = Live(store, minutes: 400);
        store.Reopen(() => SetBack(store, T0 - (3000 * Day)));
        var back = Live(store, minutes: 400, mayBeRefused: 4 * 2);
        AssertThere(store, before.Start, before.End);
        AssertThere(store, back.Start + (2 * 60_000), back.End);
        SetBack(store, before.End + Hour);
        var after = Live(store, minutes: 400);
        AssertThere(store, before.Start, before.End);
        AssertThere(store, after.Start, after.End);
    }

    [Fact]
    public void Clock_hours_back_while_running_takes_nothing()
    {
        using var store = StoreAt(T0, KeepFor);
        var before = Live(store, minutes: 400);
        SetBack(store, before.End - (5 * Hour) + (Step / 3));
        // The hours come twice: samples that blocks have are between those that are new.
        var again = Live(store, minutes: 600, mayBeRefused: 4 * 2);
        using var querier = store.Tsdb.OpenQuerier(long.MinValue, long.MaxValue);
        var rows = new SampleColumns();
        foreach (var series in querier.Select([], true, default))
        {
            rows.Clear();
            series.Read(long.MinValue, long.MaxValue, rows);
            var times = rows.Timestamps.ToArray().ToHashSet();
            Assert.Equal(rows.Count, times.Count);
            for (var time = before.Start; time < before.End; time += Step)
            {
                Assert.Contains(time, times);
            }
            for (var time = again.Start + (2 * 60_000); time < again.End; time += Step)
            {
                Assert.Contains(time, times);
            }
        }
        Assert.Empty(querier.Warnings);
        Assert.Null(store.Tsdb.Status().MaintenanceFailure);
    }

    [Fact]
    public void Long_stop_delays_retention_by_a_day_of_samples_and_no_more()
    {
        using var store = StoreAt(T0, KeepFor);
        var before = Live(store, minutes: 400);
        store.Reopen(() => SetBack(store, before.End + (30 * Day)));
        var after = Live(store, minutes: 60 * 20);
        AssertThere(store, before.Start, before.End);
        var later = Live(store, minutes: 60 * 10);
        Assert.Null(store.Tsdb.Status().RetentionHeldBack);
        Assert.All(store.Tsdb.Status().Blocks, block => Assert.True(block.MinTimeMs > before.End));
        AssertThere(store, after.Start, after.End);
        AssertThere(store, later.Start, later.End);
    }

    private static TestStore StoreAt(long time, long keepForMs = 0)
    {
        var store = new TestStore(options => options.RetentionTimeMs = keepForMs);
        SetBack(store, time);
        return store;
    }

    private static void SetBack(TestStore store, long time) => store.Time.AdjustTime(DateTimeOffset.FromUnixTimeMilliseconds(time));

    /// <summary>Writes what a scrape every 15 s would, at the clock's time, while the clock and what depends on it go on.</summary>
    private static (long Start, long End) Live(TestStore store, int minutes, int mayBeRefused = 0)
    {
        var start = store.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var refused = 0;
        var time = start;
        for (; time < start + (minutes * 60_000L); time += Step)
        {
            using var appender = store.Tsdb.OpenAppender();
            var stored = true;
            for (var i = 0; i < Series; i++)
            {
                var reference = default(SeriesRef);
                stored &= appender.Append(ref reference, SeriesLabels("m", i), time, ValueAt(i, time)) == AppendStatus.Stored;
            }
            refused += stored ? 0 : 1;
            Assert.Equal(CommitStatus.Committed, appender.Commit());
            store.Time.Advance(TimeSpan.FromMilliseconds(Step));
        }
        Assert.True(refused <= mayBeRefused, $"{refused} scrapes were refused");
        return (start, time);
    }

    private static void AssertThere(TestStore store, long from, long to)
    {
        using var querier = store.Tsdb.OpenQuerier(from, to - 1);
        var selected = querier.Select([], true, default);
        Assert.Equal(Series, selected.Count);
        var rows = new SampleColumns();
        foreach (var series in selected)
        {
            rows.Clear();
            series.Read(from, to - 1, rows);
            var i = int.Parse(series.Labels["i"], System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(Enumerable.Range(0, (int)((to - from) / Step)).Select(step => from + (step * Step)), rows.Timestamps.ToArray());
            Assert.Equal(rows.Timestamps.ToArray().Select(time => ValueAt(i, time)), rows.Values.ToArray());
        }
        Assert.Empty(querier.Warnings);
    }
}

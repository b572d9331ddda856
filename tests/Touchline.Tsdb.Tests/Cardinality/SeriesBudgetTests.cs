using Touchline.Model;
using Touchline.Storage;
using static Touchline.Tsdb.Tests.TestStore;

namespace Touchline.Tsdb.Tests.Cardinality;

public sealed class SeriesBudgetTests
{
    private int _steps;

    [Fact]
    public void An_exploding_metric_is_stopped_and_named_while_others_still_make_series()
    {
        using var store = new TestStore(o => o.SeriesLimits = new SeriesLimits { Total = 1000 });
        Make(store, "quiet", "web", 50);
        Assert.Equal(950, Make(store, "explosive", "api", 2000, "user"));
        Assert.Equal(1, Make(store, "newcomer", "web", 1));
        Assert.Equal(5, Make(store, "quiet", "web", 5, prefix: "more"));
        Assert.Equal(8, Make(store, "another", "api", 8));
        Assert.Equal(0, Make(store, "explosive", "api", 3, "user", prefix: "more"));

        var refusal = store.Tsdb.SeriesRefusals(10)[0];
        Assert.Equal((BudgetKind.Total, 1000L, "explosive", "api"), (refusal.Budget, refusal.Limit, refusal.Metric, refusal.Job));
        Assert.Equal(("user", 950), (refusal.Label, refusal.LabelValues));
        Assert.Equal(1053, refusal.Samples);
        Assert.InRange(refusal.Series, 960, 1150);
        Assert.Single(store.Tsdb.SeriesRefusals(10));
        Assert.Equal(1053, store.Tsdb.Status().SamplesRefused["series_limit"]);
        Assert.Equal(new BudgetUsage(1014, 1000, [], []), store.Tsdb.BudgetUsage(10) with { Jobs = [], Metrics = [] });
    }

    [Fact]
    public void Series_that_exist_take_samples_whatever_the_budget_says()
    {
        using var store = new TestStore(o => o.SeriesLimits = new SeriesLimits { Total = 100 });
        Make(store, "m", "j", 200);
        store.Tsdb.SeriesLimits = new SeriesLimits { Total = 1 };
        Assert.Equal(100, Make(store, "m", "j", 200));
        store.Options.SeriesLimits = new SeriesLimits { Total = 1 };
        store.Reopen();
        Assert.Equal(100, Make(store, "m", "j", 200));
        Assert.Equal(100, store.Tsdb.Status().HeadSeries);
    }

    [Fact]
    public void A_reserve_is_for_many_metrics_and_not_for_one_after_the_other_that_explodes()
    {
        using var store = new TestStore(o => o.SeriesLimits = new SeriesLimits { Total = 10_000 });
        Assert.Equal(10_000, Make(store, "first", "j", 20_000));
        Assert.Equal(91, Make(store, "second", "j", 20_000));
        Assert.Equal(83, Make(store, "third", "j", 20_000));
        Assert.Equal(20, Enumerable.Range(0, 20).Sum(i => Make(store, $"small_{i}", "j", 1)));
        Assert.Equal(["first", "second", "third"], store.Tsdb.SeriesRefusals(10).Select(r => r.Metric).Order());
        Assert.Equal(10_194, store.Tsdb.Status().HeadSeries);
        for (var i = 0; i < 25; i++)
        {
            Assert.InRange(Make(store, $"explosive_{i}", "j", 200), 1, 83);
        }
        Assert.Equal(20, Enumerable.Range(20, 20).Sum(i => Make(store, $"small_{i}", "j", 1)));
    }

    [Fact]
    public void A_budget_and_a_tenth_is_never_exceeded()
    {
        using var store = new TestStore(o => o.SeriesLimits = new SeriesLimits { Total = 1000 });
        var made = Enumerable.Range(0, 300).Sum(i => Make(store, $"explosive_{i}", "j", 50));
        Assert.Equal((1100, 1100L), (made, store.Tsdb.Status().HeadSeries));
        Assert.Equal(0, Make(store, "newcomer", "j", 1));
    }

    [Fact]
    public void Who_filled_a_budget_is_to_blame_until_there_is_room()
    {
        using var store = new TestStore(o => o.SeriesLimits = new SeriesLimits { Total = 1000 });
        Assert.Equal(1000, Make(store, "explosive", "j", 1500));
        for (var hour = 0; hour < 3; hour++)
        {
            store.Time.Advance(TimeSpan.FromHours(1));
            Assert.Equal(0, Make(store, "explosive", "j", 10, prefix: $"hour{hour}"));
        }
        Assert.Equal(1, Make(store, "newcomer", "j", 1));
        store.Tsdb.SeriesLimits = new SeriesLimits { Total = 2000 };
        store.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(999, Make(store, "other", "j", 1500));
        Assert.Equal(5, Make(store, "explosive", "j", 5, prefix: "late"));
        Assert.Equal(["explosive", "other"], store.Tsdb.SeriesRefusals(10).Select(r => r.Metric).Order());
    }

    [Fact]
    public void Siblings_that_grow_together_are_stopped_together()
    {
        using var store = new TestStore(o => o.SeriesLimits = new SeriesLimits { Total = 1000 });
        Make(store, "quiet", "j", 100);
        var made = 0;
        for (var i = 0; i < 1000; i++)
        {
            made += Make(store, "latency_sum", "j", 1, prefix: $"s{i}") + Make(store, "latency_count", "j", 1, prefix: $"s{i}");
        }
        Assert.Equal(900, made);
        Assert.Equal(1, Make(store, "quiet", "j", 1, prefix: "more"));
    }

    [Fact]
    public void A_metric_that_was_large_before_the_growth_began_is_not_the_offender()
    {
        using var store = new TestStore(o => o.SeriesLimits = new SeriesLimits { Total = 10_000 });
        Make(store, "large", "j", 5000);
        store.Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(5000, Make(store, "growing", "j", 6000));
        Assert.Equal(90, Make(store, "large", "j", 90, prefix: "more"));
        Assert.Equal("growing", Assert.Single(store.Tsdb.SeriesRefusals(10)).Metric);
    }

    [Fact]
    public void A_job_and_a_metric_may_have_budgets_of_their_own()
    {
        using var store = new TestStore(o => o.SeriesLimits = new SeriesLimits
        {
            PerJob = 90,
            PerMetric = 50,
            Jobs = new Dictionary<string, long> { ["big"] = 1000, ["free"] = 0 },
            Metrics = new Dictionary<string, long> { ["wide"] = 300, ["open"] = 0 },
        });
        Assert.Equal(50, Make(store, "m", "a", 200));
        Assert.Equal(40, Make(store, "n", "a", 200));
        Assert.Equal(1, Make(store, "o", "a", 1));
        Assert.Equal(300, Make(store, "wide", "big", 500));
        Assert.Equal(700, Make(store, "open", "big", 2000));
        Assert.Equal(2000, Make(store, "open", "free", 2000));
        var refused = store.Tsdb.SeriesRefusals(10).ToDictionary(r => (r.Metric, r.Job), r => r.Budget);
        Assert.Equal(BudgetKind.Metric, refused[("m", "a")]);
        Assert.Equal(BudgetKind.Job, refused[("n", "a")]);
        Assert.Equal(BudgetKind.Metric, refused[("wide", "big")]);
        Assert.Equal(BudgetKind.Job, refused[("open", "big")]);
        var usage = store.Tsdb.BudgetUsage(2);
        Assert.Equal(["a", "big"], usage.Jobs.Select(j => j.Name));
        Assert.Equal([new NamedUsage("m", 50, 50), new NamedUsage("wide", 300, 300)], usage.Metrics);
    }

    [Fact]
    public void Series_that_the_head_forgets_give_their_room_back()
    {
        using var store = new TestStore(o => o.SeriesLimits = new SeriesLimits { Total = 100 });
        Assert.Equal(100, Make(store, "old", "j", 200));
        _steps = 2600;
        using (var appender = store.Tsdb.OpenAppender())
        {
            for (var hour = 1; hour < 8; hour++)
            {
                var series = default(SeriesRef);
                appender.Append(ref series, Labels.Of("__name__", "steady", "job", "j"), T0 + (hour * Hour), hour);
            }
            appender.Commit();
        }
        store.Tsdb.RunMaintenance();
        Assert.Equal(1, store.Tsdb.Status().HeadSeries);
        Assert.Equal(1, store.Tsdb.BudgetUsage(1).Series);
        Assert.Equal(80, Make(store, "fresh", "j", 80));
    }

    [Fact]
    public void Refusals_of_more_metrics_than_are_kept_apart_are_counted_together()
    {
        using var store = new TestStore(o => o.SeriesLimits = new SeriesLimits { Total = 1 });
        Make(store, "only", "j", 1);
        for (var i = 0; i < 1500; i++)
        {
            Assert.Equal(0, Make(store, $"refused_{i}", "j", 1));
        }
        var refusals = store.Tsdb.SeriesRefusals(int.MaxValue);
        Assert.Equal(1001, refusals.Count);
        Assert.Equal(("(others)", 500L), (refusals[0].Metric, refusals[0].Samples));
    }

    /// <summary>Appends one sample to each of so many series, and answers how many of them were stored.</summary>
    private int Make(TestStore store, string metric, string job, int count, string label = "i", string prefix = "v")
    {
        using var appender = store.Tsdb.OpenAppender();
        var stored = 0;
        var time = T0 + (++_steps * 10_000);
        for (var i = 0; i < count; i++)
        {
            var series = default(SeriesRef);
            var status = appender.Append(ref series, Labels.Of("__name__", metric, "job", job, "zone", $"{i % 3}", label, $"{prefix}{i}"), time, i);
            Assert.True(status is AppendStatus.Stored or AppendStatus.SeriesLimit, status.ToString());
            Assert.Equal(status == AppendStatus.Stored, !series.IsNone);
            stored += status == AppendStatus.Stored ? 1 : 0;
        }
        appender.Commit();
        return stored;
    }
}

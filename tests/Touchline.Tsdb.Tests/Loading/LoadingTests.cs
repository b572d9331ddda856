using Microsoft.Extensions.Logging;
using Touchline.Model;
using Touchline.Storage;
using static Touchline.Tsdb.Tests.TestStore;
using MatchType = Touchline.Model.MatchType;

namespace Touchline.Tsdb.Tests.Loading;

public sealed class LoadingTests
{
    private const long Step = 15_000;

    [Fact]
    public void Batches_are_taken_while_loading_and_visible_afterwards_in_order()
    {
        using var store = new TestStore();
        store.Fill(20, T0, T0 + Hour, Step);
        using var gate = new Gate();
        store.Reopen(gate);
        store.Fill(20, T0 + Hour, T0 + (2 * Hour), Step);
        Assert.False(store.Tsdb.IsLoaded);
        Assert.NotNull(store.Tsdb.Status().Loading);
        gate.Open(store);
        Assert.Null(store.Tsdb.Status().Loading);
        store.AssertFilled(20, T0, T0 + (2 * Hour), Step);
        store.Fill(20, T0 + (2 * Hour), T0 + (2 * Hour) + (4 * Step), Step);
        store.Reopen();
        store.AssertFilled(20, T0, T0 + (2 * Hour) + (4 * Step), Step);
        Assert.Empty(store.Tsdb.Status().Damage);
    }

    [Fact]
    public async Task Batches_of_the_loading_time_survive_the_end_of_that_very_process()
    {
        using var store = new TestStore();
        store.Fill(20, T0, T0 + Hour, Step);
        for (var crash = 1; crash <= 3; crash++)
        {
            using var gate = new Gate();
            store.Reopen(gate);
            store.Fill(20, T0 + (crash * Hour / 2) + (Hour / 2), T0 + (crash * Hour / 2) + Hour, Step);
            var closing = Task.Run(store.Tsdb.Dispose);
            gate.Release();
            await closing;
        }
        store.Reopen();
        store.AssertFilled(20, T0, T0 + (5 * Hour / 2), Step);
        store.Reopen();
        store.AssertFilled(20, T0, T0 + (5 * Hour / 2), Step);
        Assert.Empty(store.Tsdb.Status().Damage);
    }

    [Fact]
    public void Answers_of_the_loading_time_say_that_they_may_not_be_complete()
    {
        using var store = new TestStore();
        store.Fill(20, T0, T0 + Hour, Step);
        using var gate = new Gate();
        store.Reopen(gate);
        using (var querier = store.Tsdb.OpenQuerier(long.MinValue, long.MaxValue))
        {
            Assert.Contains("still being loaded", Assert.Single(querier.Warnings));
            Assert.Empty(querier.Select([], true, default));
        }
        gate.Open(store);
        store.AssertFilled(20, T0, T0 + Hour, Step);
    }

    [Fact]
    public void Appender_opened_while_loading_goes_on_afterwards()
    {
        using var store = new TestStore();
        store.Fill(1, T0, T0 + Hour, Step);
        using var gate = new Gate();
        store.Reopen(gate);
        using var appender = store.Tsdb.OpenAppender();
        SeriesRef reference = default;
        Assert.Equal(AppendStatus.Stored, appender.Append(ref reference, SeriesLabels("m", 0), T0 + Hour, ValueAt(0, T0 + Hour)));
        gate.Open(store);
        Assert.Equal(CommitStatus.Committed, appender.Commit());
        var late = T0 + Hour + Step;
        Assert.Equal(AppendStatus.InvalidLabels, appender.Append(ref reference, null, late, ValueAt(0, late)));
        Assert.Equal(AppendStatus.Stored, appender.Append(ref reference, SeriesLabels("m", 0), late, ValueAt(0, late)));
        Assert.Equal(CommitStatus.Committed, appender.Commit());
        Assert.Equal(AppendStatus.Stored, appender.Append(ref reference, null, late + Step, ValueAt(0, late + Step)));
        Assert.Equal(CommitStatus.Committed, appender.Commit());
        store.AssertFilled(1, T0, T0 + Hour + (3 * Step), Step);
    }

    [Fact]
    public void What_the_store_refuses_afterwards_is_counted_and_the_rest_stored()
    {
        using var store = new TestStore();
        store.Fill(1, T0, T0 + Hour, Step);
        using var gate = new Gate();
        store.Reopen(gate);
        using (var appender = store.Tsdb.OpenAppender())
        {
            SeriesRef reference = default;
            Assert.Equal(AppendStatus.InvalidLabels, appender.Append(ref reference, Labels.Of("no", "name"), T0, 1));
            Assert.Equal(
                AppendStatus.TooFarInFuture,
                appender.Append(ref reference, SeriesLabels("m", 0), store.Time.GetUtcNow().ToUnixTimeMilliseconds() + Hour, 1));
            Assert.Equal(AppendStatus.Stored, appender.Append(ref reference, SeriesLabels("m", 0), T0 + Hour - Step, 12345));
            Assert.Equal(AppendStatus.Stored, appender.Append(ref reference, SeriesLabels("m", 0), T0 + Hour, ValueAt(0, T0 + Hour)));
            Assert.Equal(CommitStatus.Committed, appender.Commit());
        }
        gate.Open(store);
        store.AssertFilled(1, T0, T0 + Hour + Step, Step);
        var refused = store.Tsdb.Status().SamplesRefused;
        Assert.Equal((1, 1, 1), (refused["invalid_labels"], refused["too_far_in_future"], refused["duplicate_timestamp"]));
    }

    [Fact]
    public void Series_of_the_loading_time_are_let_in_as_far_as_the_budget_goes_and_those_that_were_there_go_on()
    {
        using var store = new TestStore(options => options.SeriesLimits = new SeriesLimits { Total = 10 });
        store.Fill(8, T0, T0 + Hour, Step);
        using var gate = new Gate();
        store.Reopen(gate);
        using (var appender = store.Tsdb.OpenAppender())
        {
            for (var i = 0; i < 100; i++)
            {
                SeriesRef reference = default;
                Assert.Equal(AppendStatus.Stored, appender.Append(ref reference, SeriesLabels("m", i), T0 + Hour, ValueAt(i, T0 + Hour)));
            }
            Assert.Equal(CommitStatus.Committed, appender.Commit());
        }
        gate.Open(store);
        Assert.InRange(store.Tsdb.Status().HeadSeries, 8, 11);
        Assert.InRange(store.Tsdb.Status().SamplesRefused["series_limit"], 89, 92);
        Assert.Equal("m", Assert.Single(store.Tsdb.SeriesRefusals(10)).Metric);
        using var querier = store.Tsdb.OpenQuerier(T0 + Hour, T0 + Hour);
        var seen = querier.Select([new LabelMatcher(Model.MatchType.Equal, "__name__", "m")], true, default).Select(series => series.Labels["i"]);
        Assert.Superset(Enumerable.Range(0, 8).Select(i => $"{i}").ToHashSet(), seen.ToHashSet());
    }

    [Fact]
    public void Histograms_exemplars_and_metadata_of_the_loading_time_are_kept()
    {
        using var store = new TestStore();
        using var gate = new Gate();
        store.Reopen(gate);
        using (var appender = store.Tsdb.OpenAppender())
        {
            SeriesRef reference = default;
            Assert.Equal(AppendStatus.Stored, appender.AppendHistogram(ref reference, SeriesLabels("h", 0), T0, new NativeHistogram { Sum = 2.5 }));
            Assert.Equal(AppendStatus.Stored, appender.AppendExemplar(reference, new Exemplar(Labels.Of("trace_id", "7"), 1, T0)));
            appender.SetMetadata("h", new MetricMetadata(MetricType.Histogram, "Help.", "s"));
            Assert.Equal(CommitStatus.Committed, appender.Commit());
            // A reference is good for its own batch only.
            Assert.Equal(AppendStatus.InvalidLabels, appender.AppendExemplar(reference, new Exemplar(Labels.Empty, 1, T0)));
        }
        gate.Open(store);
        using var querier = store.Tsdb.OpenQuerier(long.MinValue, long.MaxValue);
        var rows = new SampleColumns();
        Assert.Single(querier.Select([new LabelMatcher(MatchType.Equal, "__name__", "h")], true, default)).Read(long.MinValue, long.MaxValue, rows);
        Assert.Equal(2.5, rows.Histograms[0]!.Sum);
        Assert.Equal("Help.", querier.Metadata()["h"].Help);
        Assert.Equal(1, store.Tsdb.Status().Exemplars);
    }

    [Fact]
    public async Task Torn_end_that_a_crash_left_is_repaired_even_after_a_start_that_never_got_there()
    {
        using var store = new TestStore();
        store.Fill(5, T0, T0 + Hour, Step);
        var torn = Directory.GetFiles(store.WalDirectory, "*.wal").Order().Last();
        using var gate = new Gate();
        store.Tsdb.Dispose();
        using (var file = new FileStream(torn, FileMode.Open))
        {
            file.SetLength(file.Length - 3);
        }
        store.Reopen(gate);
        var closing = Task.Run(store.Tsdb.Dispose);
        gate.Release();
        await closing;
        // It may have got there after all.
        var repairs = store.Tsdb.Status().Repairs;
        store.Reopen();
        store.AssertFilled(5, T0, T0 + Hour - Step, Step);
        Assert.Contains(torn, Assert.Single(repairs.Concat(store.Tsdb.Status().Repairs)));
        Assert.Empty(store.Tsdb.Status().Damage);
    }

    /// <summary>Holds the loading thread at its first log line, which it writes before it reads anything.</summary>
    internal sealed class Gate : ILogger, IDisposable
    {
        private readonly ManualResetEventSlim _open = new();

        public void Release() => _open.Set();

        public void Open(TestStore store)
        {
            _open.Set();
            store.Tsdb.Loading.Wait();
        }

        public void Log<TState>(LogLevel level, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> text)
        {
            if (text(state, exception) == "loading begins")
            {
                _open.Wait();
            }
        }

        public bool IsEnabled(LogLevel level) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Dispose() => _open.Set();
    }
}

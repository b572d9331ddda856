using Touchline.Model;
using Touchline.Storage;
using MatchType = Touchline.Model.MatchType;

namespace Touchline.Conformance;

/// <summary>
/// What every metrics store promises, whichever it is: the contracts of appender and querier. A test class of each implementation
/// derives from this one and says how a store is made; xunit runs the facts in the derived class.
/// </summary>
public abstract class MetricStoreConformance : IDisposable
{
    protected const long T0 = 1_700_000_000_000;
    private const long Step = 15_000;

    private IMetricAppendable? _appendable;

    protected abstract (IMetricAppendable Appendable, IMetricQueryable Queryable) Open();

    protected IMetricQueryable Queryable { get; private set; } = null!;

    protected IMetricAppendable Appendable
    {
        get
        {
            if (_appendable is null)
            {
                (_appendable, Queryable) = Open();
            }
            return _appendable;
        }
    }

    public virtual void Dispose() => GC.SuppressFinalize(this);

    [Fact]
    public void Samples_come_back_in_order_bit_for_bit_within_the_range()
    {
        double[] values =
        [
            0, -0.0, 1.5, double.NaN, StaleMarker.Value, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon,
            BitConverter.UInt64BitsToDouble(0xfff0_dead_beef_0001), 0.1, 132.64000000000001, double.MaxValue,
        ];
        using var appender = Appendable.OpenAppender();
        var series = default(SeriesRef);
        for (var i = 0; i < values.Length; i++)
        {
            Assert.Equal(AppendStatus.Stored, appender.Append(ref series, Series("m", "a", "1"), T0 + (i * Step), values[i]));
        }
        Assert.Equal(CommitStatus.Committed, appender.Commit());

        var rows = ReadOne(T0 + Step, T0 + (10 * Step), Equal("__name__", "m"));
        Assert.Equal(Enumerable.Range(1, 10).Select(i => T0 + (i * Step)), rows.Timestamps.ToArray());
        Assert.Equal(values[1..11].Select(BitConverter.DoubleToUInt64Bits), rows.Values.ToArray().Select(BitConverter.DoubleToUInt64Bits));
    }

    [Fact]
    public void Exemplars_come_back_once_in_order_within_the_range_for_the_series_that_any_selector_takes()
    {
        using var appender = Appendable.OpenAppender();
        var (first, second) = (default(SeriesRef), default(SeriesRef));
        appender.Append(ref first, Series("m", "a", "1"), T0, 1);
        appender.Append(ref second, Series("n", "a", "2"), T0, 1);
        Exemplar[] exemplars = [.. Enumerable.Range(0, 4).Select(i => new Exemplar(Labels.Of("trace_id", $"abc{i}", "note", "ü"), i * 0.5, T0 + (i * Step)))];
        foreach (var exemplar in exemplars)
        {
            Assert.Equal(AppendStatus.Stored, appender.AppendExemplar(first, exemplar));
        }
        Assert.Equal(AppendStatus.Stored, appender.AppendExemplar(second, exemplars[2]));
        Assert.Equal(AppendStatus.InvalidLabels, appender.AppendExemplar(default, exemplars[0]));
        appender.Commit();
        appender.AppendExemplar(first, exemplars[3]); // As exporters do until they have another.
        appender.Commit();
        var store = Assert.IsAssignableFrom<IExemplarQueryable>(Queryable);

        var found = store.SelectExemplars([[Equal("__name__", "n")], [Equal("a", "1")], [Equal("a", "1")]], T0 + Step, T0 + (3 * Step), default);

        Assert.Equal([Series("m", "a", "1"), Series("n", "a", "2")], found.Select(series => series.Labels));
        Assert.Equal(exemplars[1..], found[0].Exemplars);
        Assert.Equal([exemplars[2]], found[1].Exemplars);
        Assert.Empty(store.SelectExemplars([[Equal("__name__", "n")]], T0 + (3 * Step), T0 + (4 * Step), default));
    }

    [Fact]
    public void Created_times_are_kept_each_once()
    {
        using var appender = Appendable.OpenAppender();
        var series = default(SeriesRef);
        appender.Append(ref series, Series("m", "a", "1"), T0, 1);
        appender.SetCreated(series, T0 - 5000);
        appender.SetCreated(default, T0 - 7000);
        appender.Commit();
        appender.Append(ref series, null, T0 + Step, 2);
        appender.SetCreated(series, T0 - 5000);
        appender.Commit();
        appender.Append(ref series, null, T0 + (2 * Step), 0);
        appender.SetCreated(series, T0 + Step + 1);
        appender.Commit();
        using var querier = Queryable.OpenQuerier(T0, T0 + Step);
        Assert.Equal([T0 - 5000, T0 + Step + 1], Assert.Single(querier.Select([Equal("__name__", "m")], false, default)).CreatedTimes());
    }

    [Fact]
    public void Read_takes_the_narrower_of_the_queriers_range_and_its_own_and_appends_to_what_is_there()
    {
        Add("m", 10);
        using var querier = Queryable.OpenQuerier(T0 + Step, T0 + (5 * Step));
        var series = Assert.Single(querier.Select([Equal("__name__", "m")], true, default));
        var rows = new SampleColumns();
        rows.Add(1, 42);
        series.Read(T0, T0 + (3 * Step), rows);
        Assert.Equal([1, T0 + Step, T0 + (2 * Step), T0 + (3 * Step)], rows.Timestamps.ToArray());
    }

    [Fact]
    public void A_reference_replaces_the_labels_and_an_unknown_one_asks_for_them()
    {
        using var appender = Appendable.OpenAppender();
        var series = default(SeriesRef);
        Assert.Equal(AppendStatus.Stored, appender.Append(ref series, Series("m"), T0, 1));
        Assert.False(series.IsNone);
        appender.Commit();
        var kept = series;
        Assert.Equal(AppendStatus.Stored, appender.Append(ref series, null, T0 + Step, 2));
        Assert.Equal(kept, series);
        appender.Commit();
        var unknown = new SeriesRef(123_456_789);
        Assert.Equal(AppendStatus.InvalidLabels, appender.Append(ref unknown, null, T0 + (2 * Step), 3));
        Assert.True(unknown.IsNone);
        Assert.Equal(AppendStatus.Stored, appender.Append(ref unknown, Series("m"), T0 + (2 * Step), 3));
        Assert.Equal(kept, unknown);
        appender.Commit();
        Assert.Equal([1.0, 2, 3], ReadOne(T0, T0 + (5 * Step), Equal("__name__", "m")).Values.ToArray());
    }

    [Fact]
    public void Empty_labels_are_refused()
    {
        using var appender = Appendable.OpenAppender();
        var series = default(SeriesRef);
        Assert.Equal(AppendStatus.InvalidLabels, appender.Append(ref series, Labels.Empty, T0, 1));
        Assert.True(series.IsNone);
    }

    [Fact]
    public void Repeated_sample_is_a_duplicate_and_another_value_at_its_time_is_refused()
    {
        using var appender = Appendable.OpenAppender();
        var series = default(SeriesRef);
        appender.Append(ref series, Series("m"), T0, 1);
        appender.Commit();
        Assert.Equal(AppendStatus.Duplicate, appender.Append(ref series, null, T0, 1));
        Assert.Equal(AppendStatus.DuplicateTimestamp, appender.Append(ref series, null, T0, 2));
        appender.Commit();
        Assert.Equal([1.0], ReadOne(T0, T0, Equal("__name__", "m")).Values.ToArray());
    }

    [Fact]
    public void Repeated_stale_marker_is_a_duplicate_and_another_nan_is_not()
    {
        using var appender = Appendable.OpenAppender();
        var series = default(SeriesRef);
        appender.Append(ref series, Series("m"), T0, StaleMarker.Value);
        appender.Commit();
        Assert.Equal(AppendStatus.Duplicate, appender.Append(ref series, null, T0, StaleMarker.Value));
        Assert.Equal(AppendStatus.DuplicateTimestamp, appender.Append(ref series, null, T0, double.NaN));
    }

    [Fact]
    public void Nothing_of_a_batch_is_visible_before_commit_or_after_rollback_or_dispose()
    {
        using (var appender = Appendable.OpenAppender())
        {
            var series = default(SeriesRef);
            appender.Append(ref series, Series("open"), T0, 1);
            AssertEmpty();
            appender.Rollback();
            appender.Commit();
            AssertEmpty();
            appender.Append(ref series, Series("open"), T0, 1);
        }
        AssertEmpty();

        void AssertEmpty()
        {
            using var querier = Queryable.OpenQuerier(T0 - Step, T0 + Step);
            Assert.Empty(querier.Select([Equal("__name__", "open")], false, default));
            Assert.Empty(querier.LabelNames([], default));
            Assert.Empty(querier.LabelValues("__name__", [], default));
        }
    }

    [Fact]
    public void Appender_is_used_again_after_commit()
    {
        using var appender = Appendable.OpenAppender();
        var series = default(SeriesRef);
        for (var i = 0; i < 3; i++)
        {
            appender.Append(ref series, Series("m"), T0 + (i * Step), i);
            appender.Commit();
        }
        Assert.Equal([0.0, 1, 2], ReadOne(T0, T0 + (9 * Step), Equal("__name__", "m")).Values.ToArray());
    }

    [Fact]
    public void Selected_series_are_sorted_by_labels_when_asked_for()
    {
        Add("m", 1, "b", "2");
        Add("m", 1, "b", "10");
        Add("m", 1, "a", "9");
        Add("l", 1, "z", "9");
        using var querier = Queryable.OpenQuerier(T0, T0);
        var selected = querier.Select([new LabelMatcher(MatchType.RegexMatch, "__name__", ".+")], true, default);
        Assert.Equal(["l{z=\"9\"}", "m{a=\"9\"}", "m{b=\"10\"}", "m{b=\"2\"}"], selected.Select(s => s.Labels.ToString()));
    }

    [Fact]
    public void Series_without_samples_in_the_range_are_not_selected()
    {
        Add("m", 2);
        using var querier = Queryable.OpenQuerier(T0 + (2 * Step), T0 + (9 * Step));
        Assert.Empty(querier.Select([Equal("__name__", "m")], true, default));
    }

    [Theory]
    [InlineData("=", "job", "api", "1 2")]
    [InlineData("=", "job", "none", "")]
    [InlineData("=", "env", "", "2 4")]
    [InlineData("!=", "env", "", "1 3")]
    [InlineData("!=", "env", "prod", "2 3 4")]
    [InlineData("=", "missing", "", "1 2 3 4")]
    [InlineData("!=", "missing", "x", "1 2 3 4")]
    [InlineData("!=", "missing", "", "")]
    [InlineData("=~", "job", "api|db", "1 2 3")]
    [InlineData("=~", "job", "a.*", "1 2")]
    [InlineData("=~", "job", "a", "")]
    [InlineData("=~", "env", ".*", "1 2 3 4")]
    [InlineData("=~", "env", ".+", "1 3")]
    [InlineData("=~", "env", "", "2 4")]
    [InlineData("=~", "env", "prod|", "1 2 4")]
    [InlineData("!~", "env", "prod", "2 3 4")]
    [InlineData("!~", "env", "p.*", "2 3 4")]
    [InlineData("!~", "env", ".+", "2 4")]
    [InlineData("!~", "env", ".*", "")]
    [InlineData("!~", "env", "prod|", "3")]
    [InlineData("!~", "missing", "x", "1 2 3 4")]
    [InlineData("=~", "job", "(?i)API", "1 2")]
    public void Matchers_treat_an_absent_label_as_the_empty_string(string op, string name, string value, string expected)
    {
        Add("m", 1, "job", "api", "env", "prod", "n", "1");
        Add("m", 1, "job", "api", "n", "2");
        Add("m", 1, "job", "db", "env", "test", "n", "3");
        Add("m", 1, "n", "4");
        var type = op switch { "=" => MatchType.Equal, "!=" => MatchType.NotEqual, "=~" => MatchType.RegexMatch, _ => MatchType.RegexNoMatch };
        using var querier = Queryable.OpenQuerier(T0, T0);
        var selected = querier.Select([Equal("__name__", "m"), new LabelMatcher(type, name, value)], true, default);
        Assert.Equal(expected, string.Join(' ', selected.Select(s => s.Labels["n"]).Order(StringComparer.Ordinal)));
        // Alone, and so from all series where it matches the empty string.
        var alone = querier.Select([new LabelMatcher(type, name, value)], true, default);
        Assert.Equal(expected, string.Join(' ', alone.Select(s => s.Labels["n"]).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void Several_matchers_must_all_pass()
    {
        Add("m", 1, "a", "1", "b", "1");
        Add("m", 1, "a", "1", "b", "2");
        Add("n", 1, "a", "1", "b", "1");
        using var querier = Queryable.OpenQuerier(T0, T0);
        var selected = querier.Select(
            [Equal("a", "1"), new LabelMatcher(MatchType.NotEqual, "b", "2"), new LabelMatcher(MatchType.RegexMatch, "__name__", "m|x")], true, default);
        Assert.Equal("m{a=\"1\", b=\"1\"}", Assert.Single(selected).Labels.ToString());
    }

    [Fact]
    public void Label_names_and_values_are_ordinal_and_follow_matchers()
    {
        Add("m", 1, "a", "x", "B", "1");
        Add("m", 1, "a", "Y");
        Add("n", 1, "c", "z");
        using var querier = Queryable.OpenQuerier(T0, T0);
        Assert.Equal(["B", "__name__", "a", "c"], querier.LabelNames([], default));
        Assert.Equal(["B", "__name__", "a"], querier.LabelNames([Equal("__name__", "m")], default));
        Assert.Equal(["Y", "x"], querier.LabelValues("a", [], default));
        Assert.Equal(["m"], querier.LabelValues("__name__", [new LabelMatcher(MatchType.NotEqual, "a", "")], default));
        Assert.Empty(querier.LabelValues("nothing", [], default));
        Assert.Empty(querier.LabelValues("a", [Equal("__name__", "n")], default));
    }

    [Fact]
    public void Histograms_come_back_exactly_beside_floats()
    {
        var integer = new NativeHistogram
        {
            CounterResetHint = CounterResetHint.NotCounterReset,
            Schema = 3,
            ZeroThreshold = 1e-128,
            ZeroCount = 2,
            Count = 12,
            Sum = 18.4,
            PositiveSpans = [new(-3, 2), new(1, 1)],
            PositiveBuckets = [1, 4, 2],
            NegativeSpans = [new(0, 1)],
            NegativeBuckets = [3],
        };
        var gauge = integer with { CounterResetHint = CounterResetHint.Gauge, IsFloat = true, Sum = -0.0, Count = 0.1 + 0.2, PositiveBuckets = [0.5, -0.0, 1e300] };
        var custom = new NativeHistogram
        {
            Schema = NativeHistogram.CustomBucketsSchema,
            Count = 3,
            Sum = 2,
            PositiveSpans = [new(0, 3)],
            PositiveBuckets = [1, 1, 1],
            CustomBounds = [0.1, 2.5],
        };
        var stale = new NativeHistogram { Sum = StaleMarker.Value };
        NativeHistogram[] all = [integer, gauge, custom, stale];
        using var appender = Appendable.OpenAppender();
        var series = default(SeriesRef);
        for (var i = 0; i < all.Length; i++)
        {
            Assert.Equal(AppendStatus.Stored, appender.AppendHistogram(ref series, Series("h"), T0 + (i * Step), all[i]));
        }
        Assert.Equal(AppendStatus.Stored, appender.Append(ref series, null, T0 + (4 * Step), 7));
        appender.Commit();

        var rows = ReadOne(T0, T0 + (9 * Step), Equal("__name__", "h"));
        Assert.Equal(5, rows.Count);
        for (var i = 0; i < all.Length; i++)
        {
            HistogramAssert.Same(all[i], rows.Histograms[i]);
            Assert.True(double.IsNaN(rows.Values[i]));
        }
        Assert.Null(rows.Histograms[4]);
        Assert.Equal(7, rows.Values[4]);
    }

    [Fact]
    public void Metadata_is_kept_by_metric_and_the_last_word_wins()
    {
        using var appender = Appendable.OpenAppender();
        var series = default(SeriesRef);
        appender.Append(ref series, Series("m"), T0, 1);
        appender.SetMetadata("m", new MetricMetadata(MetricType.Gauge, "before", ""));
        appender.Commit();
        appender.SetMetadata("m", new MetricMetadata(MetricType.Counter, "Requests \"so far\"", "requests"));
        appender.Commit();
        using var querier = Queryable.OpenQuerier(T0, T0);
        Assert.Equal(new MetricMetadata(MetricType.Counter, "Requests \"so far\"", "requests"), querier.Metadata()["m"]);
    }

    [Fact]
    public void Exemplar_needs_a_known_series()
    {
        using var appender = Appendable.OpenAppender();
        var exemplar = new Exemplar(Labels.Of("trace_id", "abc"), 0.2, T0);
        Assert.Equal(AppendStatus.InvalidLabels, appender.AppendExemplar(default, exemplar));
        var series = default(SeriesRef);
        appender.Append(ref series, Series("m"), T0, 1);
        Assert.Equal(AppendStatus.Stored, appender.AppendExemplar(series, exemplar));
        Assert.Equal(CommitStatus.Committed, appender.Commit());
    }

    [Fact]
    public void Batches_of_several_threads_are_all_there()
    {
        var store = Appendable;
        var threads = Enumerable.Range(0, 4).Select(thread => new Thread(() =>
        {
            using var appender = store.OpenAppender();
            var series = new SeriesRef[50];
            for (var step = 0; step < 40; step++)
            {
                for (var i = 0; i < series.Length; i++)
                {
                    appender.Append(ref series[i], Series("t", "thread", $"{thread}", "i", $"{i}"), T0 + (step * Step), step);
                }
                appender.Commit();
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        using var querier = Queryable.OpenQuerier(T0, T0 + (99 * Step));
        var selected = querier.Select([Equal("__name__", "t")], false, default);
        Assert.Equal(200, selected.Count);
        foreach (var series in selected)
        {
            var rows = new SampleColumns();
            series.Read(long.MinValue, long.MaxValue, rows);
            Assert.Equal(Enumerable.Range(0, 40).Select(i => (double)i), rows.Values.ToArray());
        }
    }

    [Fact]
    public void Querier_does_not_see_what_is_committed_after_it_was_opened()
    {
        Add("m", 2);
        using var querier = Queryable.OpenQuerier(T0, T0 + (9 * Step));
        using (var appender = Appendable.OpenAppender())
        {
            var series = default(SeriesRef);
            appender.Append(ref series, Series("m"), T0 + (2 * Step), 2);
            series = default;
            appender.Append(ref series, Series("n"), T0 + (2 * Step), 2);
            appender.Commit();
        }
        var rows = new SampleColumns();
        Assert.Single(querier.Select([], true, default)).Read(long.MinValue, long.MaxValue, rows);
        Assert.Equal([T0, T0 + Step], rows.Timestamps.ToArray());
        Assert.Equal(["m"], querier.LabelValues("__name__", [], default));
        using var later = Queryable.OpenQuerier(T0, T0 + (9 * Step));
        Assert.Equal(2, later.Select([], true, default).Count);
    }

    [Fact]
    public void A_batch_that_is_being_committed_is_seen_whole_or_not_at_all()
    {
        const int InBatch = 1000;
        using var appender = Appendable.OpenAppender();
        var references = new SeriesRef[InBatch];
        var rows = new SampleColumns();
        for (var step = 0; step < 25; step++)
        {
            for (var i = 0; i < InBatch; i++)
            {
                appender.Append(ref references[i], Series("t", "i", $"{i}"), T0 + (step * Step), step);
            }
            var commit = new Thread(() => appender.Commit());
            commit.Start();
            for (var reader = 0; reader < 4; reader++)
            {
                using var querier = Queryable.OpenQuerier(T0, T0 + (999 * Step));
                var counts = new HashSet<int>();
                var selected = querier.Select([Equal("__name__", "t")], false, default);
                foreach (var series in selected)
                {
                    rows.Clear();
                    series.Read(long.MinValue, long.MaxValue, rows);
                    counts.Add(rows.Count);
                }
                Assert.True(selected.Count is 0 or InBatch, $"{selected.Count} series of the first batch");
                Assert.True(counts.Count <= 1, $"after step {step} series have {string.Join(" and ", counts)} samples");
            }
            commit.Join();
        }
    }

    [Fact]
    public void Batches_that_come_after_the_querier_was_opened_are_not_seen_half()
    {
        using var appender = Appendable.OpenAppender();
        SeriesRef often = default;
        SeriesRef once = default;
        appender.Append(ref often, Series("t", "i", "often"), T0, 0);
        appender.Append(ref once, Series("t", "i", "once"), T0, 0);
        appender.Commit();
        using var querier = Queryable.OpenQuerier(T0, T0 + (9 * Step));
        appender.Append(ref often, null, T0 + Step, 1);
        appender.Append(ref once, null, T0 + Step, 1);
        appender.Commit();
        appender.Append(ref often, null, T0 + (2 * Step), 2);
        appender.Commit();

        var withFirstBatch = querier.Select([Equal("__name__", "t")], true, default).Count(series =>
        {
            var rows = new SampleColumns();
            series.Read(T0 + Step, T0 + Step, rows);
            return rows.Count > 0;
        });

        Assert.True(withFirstBatch is 0 or 2, $"{withFirstBatch} of the two series of one batch are seen");
    }

    [Fact]
    public void Cancelled_select_stops()
    {
        Add("m", 1);
        using var querier = Queryable.OpenQuerier(T0, T0);
        Assert.ThrowsAny<OperationCanceledException>(() => querier.Select([Equal("__name__", "m")], true, new CancellationToken(true)));
    }

    protected static Labels Series(string name, params string[] namesAndValues) =>
        Labels.Of((ReadOnlySpan<string>)["__name__", name, .. namesAndValues]);

    protected static LabelMatcher Equal(string name, string value) => new(MatchType.Equal, name, value);

    protected SampleColumns ReadOne(long minTime, long maxTime, params LabelMatcher[] matchers)
    {
        using var querier = Queryable.OpenQuerier(minTime, maxTime);
        var rows = new SampleColumns();
        Assert.Single(querier.Select(matchers, true, default)).Read(long.MinValue, long.MaxValue, rows);
        Assert.Empty(querier.Warnings);
        return rows;
    }

    private void Add(string name, int samples, params string[] namesAndValues)
    {
        using var appender = Appendable.OpenAppender();
        var series = default(SeriesRef);
        for (var i = 0; i < samples; i++)
        {
            Assert.Equal(AppendStatus.Stored, appender.Append(ref series, Series(name, namesAndValues), T0 + (i * Step), i));
        }
        Assert.Equal(CommitStatus.Committed, appender.Commit());
    }
}

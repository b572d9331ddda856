using Touchline.PromQL;
using Touchline.Storage;
using static Touchline.Tsdb.Tests.Aggregates.AgedStore;
using static Touchline.Tsdb.Tests.TestStore;

namespace Touchline.Tsdb.Tests.Aggregates;

/// <summary>What queries answer over aggregates, held against what they answer over the samples.</summary>
public sealed class AggregatedQueryTests(AggregatedQueryTests.Shared shared) : IClassFixture<AggregatedQueryTests.Shared>
{
    private const string Floats = """{__name__=~".+",__name__!="latency_seconds"}""";

    private readonly AgedStore _store = shared.Store;

    public sealed class Shared : IDisposable
    {
        internal AgedStore Store { get; } = new();

        public void Dispose() => Store.Dispose();
    }

    [Fact]
    public void Store_holds_what_the_tests_are_about()
    {
        var rows = RowTimes("constant");
        Assert.All(rows.Zip(rows.Skip(1)).Where(pair => pair.Second < HoursUntil), pair => Assert.Equal(Hour, pair.Second - pair.First, 100.0));
        Assert.All(
            rows.Zip(rows.Skip(1)).Where(pair => pair.First > HoursUntil && pair.Second < FiveMinutesUntil),
            pair => Assert.Equal(5 * Minute, pair.Second - pair.First, 100.0));
        Assert.All(rows.Zip(rows.Skip(1)).Where(pair => pair.First > FiveMinutesUntil), pair => Assert.Equal(Minute, pair.Second - pair.First, 100.0));
        Assert.True(rows.Count(time => time > FiveMinutesUntil) > 2 * 1440);
    }

    [Theory]
    [InlineData("sum_over_time")]
    [InlineData("avg_over_time")]
    [InlineData("min_over_time")]
    [InlineData("max_over_time")]
    [InlineData("count_over_time")]
    [InlineData("last_over_time")]
    [InlineData("first_over_time")]
    [InlineData("present_over_time")]
    [InlineData("rate")]
    [InlineData("increase")]
    [InlineData("delta")]
    public void Function_over_windows_on_the_grid_answers_as_over_the_samples(string function)
    {
        foreach (var (range, step, from, until) in (IEnumerable<(string, long, long, long)>)
        [
            // Within 1h aggregates, within 5m aggregates, and over everything, borders of both kinds included.
            ("1h", Hour, T0 + Hour, HoursUntil), ("3h", Hour, T0 + (3 * Hour), HoursUntil), ("1d", 6 * Hour, T0 + Day, HoursUntil),
            ("5m", 5 * Minute, HoursUntil + (5 * Minute), FiveMinutesUntil), ("20m", 5 * Minute, HoursUntil + Hour, FiveMinutesUntil),
            ("1h", Hour, T0 + Hour, End), ("2h", Hour, T0 + (2 * Hour), End), ("1d", Hour, T0 + Day, End),
        ])
        {
            // Nobody asks for the rate of a gauge, which keeps nothing for it.
            var series = function is "rate" or "increase" ? "{__name__=~\".+_total|constant|slow|silent\"}" : Floats;
            var query = $"{function}({series}[{range}])";
            AssertSame(_store.Raw(query, from, until, step), _store.Aged(query, from, until, step), query);
        }
    }

    [Theory]
    [InlineData("histogram_count(rate(latency_seconds[1h]))")]
    [InlineData("histogram_sum(increase(latency_seconds[2h]))")]
    [InlineData("histogram_quantile(0.9, rate(latency_seconds[1d]))")]
    [InlineData("count_over_time(latency_seconds[1h])")]
    [InlineData("histogram_count(last_over_time(latency_seconds[1h]))")]
    public void Native_histograms_answer_as_over_the_samples(string query)
    {
        AssertSame(_store.Raw(query, T0 + Day, End, Hour), _store.Aged(query, T0 + Day, End, Hour), query);
    }

    [Fact]
    public void Selector_on_the_grid_answers_as_over_the_samples()
    {
        // Where the last sample is no older than the lookback; behind that an aggregate is looked back at for its resolution longer.
        foreach (var (from, until, step) in (IEnumerable<(long, long, long)>)[(T0 + Hour, HoursUntil, Hour), (HoursUntil, End, 5 * Minute)])
        {
            var raw = Points(_store.Raw("{__name__=~\".+\"}", from, until, step));
            var aged = Points(_store.Aged("{__name__=~\".+\"}", from, until, step));
            Assert.NotEmpty(raw);
            foreach (var (at, value) in raw)
            {
                Assert.True(aged.TryGetValue(at, out var answer), at.ToString());
                Assert.Equal(value, answer);
            }
        }
    }

    [Fact]
    public void Series_that_was_marked_stale_is_gone_among_aggregates_too()
    {
        // 90 minutes on, 110 off. The marker comes at minute 90 of 200.
        for (var cycle = 10; cycle < 80; cycle++)
        {
            var gone = T0 + ((cycle * 200 + 90) * Minute);
            var nextHour = gone - (gone % Hour) + Hour;
            Assert.Empty(_store.AgedAt("job_total", nextHour).Vector);
            Assert.Empty(_store.RawAt("job_total", nextHour).Vector);
        }
    }

    [Theory]
    [InlineData("steady_total")]
    [InlineData("rate(steady_total[1m])")]
    [InlineData("rate(steady_total[5m])")]
    [InlineData("avg_over_time(constant[90s])")]
    [InlineData("max_over_time(integers[2m])")]
    [InlineData("count_over_time(constant[10m])")]
    public void Steps_and_windows_shorter_than_the_resolution_leave_no_gaps(string query)
    {
        foreach (var from in (long[])[T0 + Day + 12_345, HoursUntil - Hour + 777, HoursUntil + (3 * Hour) + 1, FiveMinutesUntil - (4 * Hour)])
        {
            var answer = Assert.Single(_store.Aged(query, from, from + (4 * Hour), 15_000).Matrix);
            Assert.Equal((4 * Hour / 15_000) + 1, answer.Timestamps.Length);
        }
    }

    [Fact]
    public void Windows_off_the_grid_are_off_by_no_more_than_the_grid_moves_them()
    {
        // A steady counter has the same rate wherever it is looked at, and counts that are scaled to their window stay true.
        foreach (var range in (string[])["2m", "7m", "50m", "100m", "5h"])
        {
            AssertWithin(_store.Aged($"rate(steady_total[{range}])", T0 + Day, End, 7 * Minute + 11_000), 0.05, 1e-9);
            var minutes = range[^1] == 'h' ? 300.0 : double.Parse(range[..^1], System.Globalization.CultureInfo.InvariantCulture);
            AssertWithin(_store.Aged($"increase(steady_total[{range}])", T0 + Day, End, 7 * Minute + 11_000), 3 * minutes, 1e-9);
            AssertWithin(_store.Aged($"avg_over_time(constant[{range}])", T0 + Day, End, 7 * Minute + 11_000), 42, 0);
            AssertWithin(_store.Aged($"sum_over_time(constant[{range}])", T0 + Day, FiveMinutesUntil, 7 * Minute + 11_000), 42 * minutes, 42);
        }
    }

    [Fact]
    public void Answer_says_what_it_was_made_of()
    {
        static string[] Notes(QueryResult result) =>
            [.. result.Annotations.Where(note => note.Level == AnnotationLevel.Info && note.Message.Contains("aggregates")).Select(note => note.Message)];
        Assert.Empty(Notes(_store.Aged("constant", FiveMinutesUntil + Day, End, Minute)));
        Assert.Equal(
            ["data before 2023-11-25T00:00:00Z is kept as 5m aggregates"],
            Notes(_store.Aged("max_over_time(constant[10m])", HoursUntil + Day, End, 10 * Minute)));
        Assert.Equal(
            [
                "data before 2023-11-25T00:00:00Z is kept as 5m aggregates",
                "data before 2023-11-21T00:00:00Z is kept as 1h aggregates; steps and windows shorter than 1h take the aggregate before them",
            ],
            Notes(_store.Aged("rate(steady_total[5m])", T0 + Day, End, Hour)));
    }

    [Fact]
    public void Range_selector_gives_no_rows_from_before_its_window()
    {
        var rows = Assert.Single(_store.AgedAt("constant[4h]", T0 + Day + (Hour / 2)).Matrix);
        Assert.Equal(4, rows.Timestamps.Length);
        Assert.All(rows.Timestamps.ToArray(), time => Assert.InRange(time, T0 + Day - (3.5 * Hour), T0 + Day + (0.5 * Hour)));
    }

    [Fact]
    public void Label_of_the_columns_is_never_seen()
    {
        using var querier = _store.Store.Tsdb.OpenQuerier(long.MinValue, long.MaxValue);
        Assert.Equal(["__name__", "kind"], querier.LabelNames([], default));
        Assert.Equal(["__name__", "kind"], querier.LabelNames([NameIs("constant")], default));
        Assert.Empty(querier.LabelValues("\uffff", [], default));
        Assert.Equal(13, querier.LabelValues("__name__", [], default).Count);
        Assert.Equal(13, querier.Select([], true, default).Count);
        Assert.All(querier.Select([], true, default), series => Assert.Equal(["__name__", "kind"], series.Labels.AsEnumerable().Select(label => label.Name)));
    }

    private List<long> RowTimes(string name)
    {
        using var querier = _store.Store.Tsdb.OpenQuerier(long.MinValue, long.MaxValue);
        var rows = new SampleColumns();
        Assert.Single(querier.Select([NameIs(name)], true, default)).Read(long.MinValue, long.MaxValue, rows);
        return [.. rows.Timestamps];
    }

    private static Dictionary<(string Series, long Time), string> Points(QueryResult result)
    {
        var points = new Dictionary<(string, long), string>();
        foreach (var series in result.Matrix)
        {
            for (var i = 0; i < series.Timestamps.Length; i++)
            {
                var value = series.Histograms?[i] is { } histogram ? $"{histogram.Count} {histogram.Sum}" : $"{series.Values.Span[i]:R}";
                points.Add((series.Labels.ToString(), series.Timestamps.Span[i]), value);
            }
        }
        return points;
    }

    private static void AssertWithin(QueryResult result, double expected, double tolerance)
    {
        var series = Assert.Single(result.Matrix);
        Assert.True(series.Values.Length > 100);
        for (var i = 0; i < series.Values.Length; i++)
        {
            Assert.True(
                Math.Abs(series.Values.Span[i] - expected) <= tolerance * Math.Max(1, expected), $"{series.Values.Span[i]} instead of {expected} at {series.Timestamps.Span[i]}");
        }
    }

    private static void AssertSame(QueryResult expected, QueryResult actual, string query)
    {
        Assert.NotEmpty(expected.Matrix);
        Assert.Equal(expected.Matrix.Select(series => series.Labels.ToString()), actual.Matrix.Select(series => series.Labels.ToString()));
        foreach (var (want, got) in expected.Matrix.Zip(actual.Matrix))
        {
            Assert.Equal(want.Timestamps.ToArray(), got.Timestamps.ToArray());
            for (var i = 0; i < want.Values.Length; i++)
            {
                var (w, g) = (want.Values.Span[i], got.Values.Span[i]);
                var same = w.Equals(g) || Math.Abs(w - g) <= 1e-9 * Math.Max(Math.Abs(w), 1e-3);
                Assert.True(same, $"{query} {want.Labels} at {(want.Timestamps.Span[i] - T0) / (double)Hour} h: {g:R} instead of {w:R}");
            }
        }
    }
}

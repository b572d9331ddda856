using Touchline.Model;

namespace Touchline.PromQL.Tests.Evaluation;

/// <summary>
/// Windows of a range query are computed all at once from what they share, that of an instant query by itself: both must say the same of any series.
/// </summary>
public sealed class RangeAgainstInstantTests
{
    private const long IntervalMs = 15_000;
    private const int Samples = 400;

    public static TheoryData<string> Functions =>
    [
        "rate", "increase", "delta", "irate", "idelta", "sum_over_time", "avg_over_time", "count_over_time", "min_over_time", "max_over_time", "last_over_time",
        "first_over_time", "present_over_time", "stddev_over_time", "stdvar_over_time", "changes", "resets", "deriv", "mad_over_time", "ts_of_max_over_time", "ts_of_min_over_time",
        "ts_of_last_over_time", "ts_of_first_over_time",
    ];

    [Theory]
    [MemberData(nameof(Functions))]
    public void Every_step_is_what_an_instant_query_says(string function) => Compare($"{function}(m[5m])", $"{function}(m[47s])", $"{function}(m[1h] offset 3m)");

    [Theory]
    [InlineData("quantile_over_time(0.9, m[10m])")]
    [InlineData("quantile_over_time(scalar(q), m[3m])")]
    [InlineData("predict_linear(m[20m], 600)")]
    [InlineData("predict_linear(m[20m] offset 2m, 600)")]
    [InlineData("m")]
    [InlineData("timestamp(m)")]
    [InlineData("sum(m)")]
    [InlineData("avg(m)")]
    [InlineData("max(m)")]
    [InlineData("min(rate(m[5m]))")]
    [InlineData("count(m)")]
    [InlineData("avg by (kind) (m - m offset 5m)")]
    public void Every_step_of_a_query_is_what_an_instant_query_says(string query) => Compare(query);

    private static void Compare(params string[] queries)
    {
        var data = Data();
        using var engine = data.Engine();
        foreach (var query in queries)
        {
            var end = Samples * IntervalMs;
            var steps = 0;
            var range = engine.QueryRange(query, 0, end, 41_000, QueryLimits.Default, default).Matrix;
            for (var time = 0L; time <= end; time += 41_000)
            {
                foreach (var point in engine.Query(query, time, QueryLimits.Default, default).Vector)
                {
                    var column = Assert.Single(range, series => series.Labels.Equals(point.Labels));
                    var row = column.Timestamps.Span.IndexOf(time);
                    Assert.True(row >= 0, $"{query} has no point of {point.Labels} at {time}");
                    var value = column.Values.Span[row];
                    var isEqual = value.Equals(point.Value) || Math.Abs(value - point.Value) <= 1e-10 * Math.Abs(point.Value);
                    Assert.True(isEqual, $"{query} of {point.Labels} at {time}: {value:R} in a range, {point.Value:R} alone");
                    steps++;
                }
            }
            Assert.Equal(range.Sum(series => series.Timestamps.Length), steps);
            Assert.True(steps > 0, query);
        }
    }

    private static TestData Data()
    {
        var random = new Random(11);
        var data = new TestData();
        var walk = 50.0;
        Add("counter", i => i % 97 == 0 ? i : 1e9 + 37 * i);
        Add("gauge", _ => Math.Round(walk += random.NextDouble() - 0.5, 2));
        Add("random", _ => random.NextDouble());
        Add("constant", _ => 3.25);
        Add("zero", _ => 0);
        Add("sparse", i => i % 60 == 0 ? 1 : 0);
        Add("large and small", i => i < 100 ? 1e17 : i * 0.001);
        Add("far from zero", i => 1e9 + i % 3 * 0.001);
        Add("signs", i => (i % 2 == 0 ? 1 : -1) * (1 + i % 7));
        Add("infinite", i => i % 150 == 149 ? double.PositiveInfinity : i);
        Add("not a number", i => i % 90 == 17 ? double.NaN : i % 13);
        Add("huge", i => double.MaxValue * (0.6 + i % 3 * 0.1));
        Add("tiny", i => 5e-324 * i);
        AddGaps("gaps", i => i % 50 < 30, i => i);
        AddGaps("ends", i => i < 120, i => i == 119 ? StaleMarker.Value : i);
        AddGaps("alone", i => i % 40 == 0, i => i);
        data.Series(Labels.Of("__name__", "q"), Points(i => true, i => i % 10 / 10.0));
        return data;

        void Add(string kind, Func<int, double> value) => AddGaps(kind, _ => true, value);

        void AddGaps(string kind, Func<int, bool> exists, Func<int, double> value) =>
            data.Series(Labels.Of("__name__", "m", "kind", kind), Points(exists, value));

        (long, double)[] Points(Func<int, bool> exists, Func<int, double> value) =>
            [.. Enumerable.Range(0, Samples).Where(exists).Select(i => (i * IntervalMs + (i % 5 == 0 ? 7 : 0), value(i)))];
    }
}

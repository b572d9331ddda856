using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Touchline.Model;
using Touchline.PromQL;
using Touchline.PromQL.Syntax;
using Touchline.Web.Charts;

namespace Touchline.Web.Tests.Charts;

public sealed class HeatMapTests
{
    private const long StartMs = 1_000_000;
    private const long StepMs = 10_000;

    [Fact]
    public void Rows_are_buckets_with_their_borders_and_gaps_are_NaN()
    {
        var frame = Write("", Series("a", (0, Exponential(0, [3, 5])), (2, Exponential(0, [1, 0]))));

        Assert.Equal("[[0.5,1],[1,2]]", frame.Header.GetProperty("heat").GetProperty("rows").GetRawText());
        Assert.Equal([[8, double.NaN, 1], [16, double.NaN, 2], [3, 0, 1], [5, 0, 0]], frame.Heat);
        Assert.Empty(frame.Columns);
        Assert.True(frame.Header.GetProperty("heat").GetProperty("exponential").GetBoolean());
    }

    [Fact]
    public void A_row_is_as_wide_as_the_widest_bucket_there()
    {
        // Half the resolution later: (0.5,1] and (1,2] against (0.5,0.7], (0.7,1], (1,1.4], (1.4,2].
        var frame = Write("", Series("a", (0, Exponential(1, [1, 2, 3, 4], first: -1)), (1, Exponential(0, [10, 20]))));

        Assert.Equal("[[0.5,1],[1,2]]", frame.Header.GetProperty("heat").GetProperty("rows").GetRawText());
        Assert.Equal([3, 10, 0], frame.Heat[2]);
        Assert.Equal([7, 20, 0], frame.Heat[3]);
    }

    [Fact]
    public void Several_histograms_are_added_up_until_one_is_chosen()
    {
        SeriesColumns[] series = [Series("a", (0, Exponential(0, [1, 0]))), Series("b", (0, Exponential(0, [10, 7])))];

        var sum = Write("", series);
        var second = Write("&histogram=" + Uri.EscapeDataString("{l=\"b\"}"), series);
        var unknown = Write("&histogram=gone", series);

        Assert.Equal([11, 7], sum.Heat[2..].Select(row => row[0]));
        Assert.False(sum.Header.GetProperty("heat").TryGetProperty("chosen", out _));
        Assert.Equal([10, 7], second.Heat[2..].Select(row => row[0]));
        Assert.Equal(1, second.Header.GetProperty("heat").GetProperty("chosen").GetInt32());
        Assert.Equal(sum.Heat, unknown.Heat);
        Assert.Equal("{l=\"b\"}", sum.Header.GetProperty("histograms")[1].GetProperty("key").GetString());
    }

    [Fact]
    public void Custom_buckets_without_an_end_have_no_border_there()
    {
        var custom = new NativeHistogram
        {
            Schema = NativeHistogram.CustomBucketsSchema,
            Count = 6,
            CustomBounds = [1, 2],
            PositiveSpans = [new BucketSpan(0, 3)],
            PositiveBuckets = [1, 2, 3],
        };

        var heat = Write("", Series("a", (0, custom))).Header.GetProperty("heat");

        Assert.Equal("[[null,1],[1,2],[2,null]]", heat.GetProperty("rows").GetRawText());
        Assert.False(heat.GetProperty("exponential").GetBoolean());
    }

    [Fact]
    public void Negative_and_zero_buckets_stand_below_the_positive()
    {
        var histogram = Exponential(0, [4]) with
        {
            ZeroThreshold = 0.25,
            ZeroCount = 2,
            NegativeSpans = [new BucketSpan(1, 1)],
            NegativeBuckets = [3],
        };

        var frame = Write("", Series("a", (0, histogram)));

        Assert.Equal("[[-2,-1],[-0.25,0.25],[0.5,1]]", frame.Header.GetProperty("heat").GetProperty("rows").GetRawText());
        Assert.Equal([3, 2, 4], frame.Heat[2..].Select(row => row[0]));
    }

    [Fact]
    public void A_zero_bucket_without_width_is_a_row_of_its_own()
    {
        var histogram = Exponential(0, [4]) with { ZeroCount = 2 };

        Assert.Equal([2, 4], Write("", Series("a", (0, histogram))).Heat[2..].Select(row => row[0]));
    }

    [Fact]
    public void Too_many_buckets_are_joined_and_no_count_is_lost()
    {
        var frame = Write("", Series("a", (0, Exponential(8, [.. Enumerable.Repeat(1.0, 1000)]))));

        Assert.InRange(frame.Heat.Length - 2, 2, 160);
        Assert.Equal(1000, frame.Heat[2..].Sum(row => row[0]));
    }

    [Theory]
    [InlineData(CounterResetHint.Gauge, false)]
    [InlineData(CounterResetHint.NotCounterReset, true)]
    public void Only_counters_as_they_are_stored_count_since_a_start(CounterResetHint hint, bool expected)
    {
        var frame = Write("", Series("a", (0, Exponential(0, [1]) with { CounterResetHint = hint })));

        Assert.Equal(expected, frame.Header.GetProperty("heat").GetProperty("cumulative").GetBoolean());
    }

    [Fact]
    public void A_series_of_both_has_its_numbers_in_a_column_and_its_histograms_in_the_map()
    {
        var mixed = new SeriesColumns(Labels.Of("l", "a"), new[] { StartMs, StartMs + StepMs }, new[] { 0, 7.5 }, [Exponential(0, [1]), null]);

        var frame = Write("", mixed);

        Assert.Equal([double.NaN, 7.5, double.NaN], Assert.Single(frame.Columns));
        Assert.Equal([1, double.NaN, double.NaN], frame.Heat[0]);
    }

    private static NativeHistogram Exponential(int schema, double[] counts, int first = 0) => new()
    {
        Schema = schema,
        Count = counts.Sum(),
        Sum = 2 * counts.Sum(),
        PositiveSpans = [new BucketSpan(first, (uint)counts.Length)],
        PositiveBuckets = counts,
    };

    private static SeriesColumns Series(string value, params (int Index, NativeHistogram Histogram)[] points) => new(
        Labels.Of("l", value), points.Select(p => StartMs + p.Index * StepMs).ToArray(), new double[points.Length], [.. points.Select(p => p.Histogram)]);

    private static DecodedFrame Write(string parameters, params SeriesColumns[] series)
    {
        var request = ChartRequest.Parse(new QueryCollection(QueryHelpers.ParseQuery("query=h&from=1000000&to=1020000&step=10s" + parameters)), 0);
        var frame = new ChartFrame(request);
        frame.Add(0, new QueryResult { Type = ExprType.Matrix, Matrix = series });
        var buffer = new ArrayBufferWriter<byte>();
        frame.WriteTo(buffer);
        return DecodedFrame.Read(buffer.WrittenSpan.ToArray());
    }
}

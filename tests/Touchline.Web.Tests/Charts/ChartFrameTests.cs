using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Touchline.Model;
using Touchline.PromQL;
using Touchline.PromQL.Syntax;
using Touchline.Web.Charts;

namespace Touchline.Web.Tests.Charts;

public sealed class ChartFrameTests
{
    private readonly ChartRequest _request = ChartRequest.Parse(
        new QueryCollection(QueryHelpers.ParseQuery("query=up&from=1000000&to=1040000&step=10s&series=2")), 0);

    [Fact]
    public void Values_stand_at_their_step_and_gaps_are_NaN()
    {
        var frame = Write(Series("a", [1_000_000, 1_030_000], [1.5, -0.0]));

        Assert.Equal([1.5, double.NaN, double.NaN, -0.0, double.NaN], frame.Columns[0]);
        Assert.True(double.IsNegative(frame.Columns[0][3]));
        Assert.Equal(1_000_000, frame.Header.GetProperty("startMs").GetInt64());
        Assert.Equal(10_000, frame.Header.GetProperty("stepMs").GetInt64());
    }

    [Fact]
    public void Labels_of_any_text_survive()
    {
        var frame = Write(Series("</script>\"\\\n💥", [1_000_000], [1]));

        Assert.Equal("</script>\"\\\n💥", frame.Header.GetProperty("series")[0].GetProperty("labels").GetProperty("l").GetString());
    }

    [Fact]
    public void Series_beyond_the_limit_are_counted_and_left_out()
    {
        var frame = Write(Series("a", [], []), Series("b", [], []), Series("c", [], []));

        Assert.Equal(2, frame.Columns.Length);
        Assert.Equal(1, frame.Header.GetProperty("dropped").GetInt32());
    }

    [Fact]
    public void Points_outside_of_the_grid_are_ignored() =>
        Assert.All(Write(Series("a", [1, 990_000, 2_000_000], [1, 2, 3])).Columns[0], value => Assert.True(double.IsNaN(value)));

    private static SeriesColumns Series(string value, long[] times, double[] values) => new(Labels.Of("l", value), times, values, null);

    private DecodedFrame Write(params SeriesColumns[] series)
    {
        var frame = new ChartFrame(_request);
        frame.Add(0, new QueryResult { Type = ExprType.Matrix, Matrix = series });
        var buffer = new ArrayBufferWriter<byte>();
        frame.WriteTo(buffer);
        return DecodedFrame.Read(buffer.WrittenSpan.ToArray());
    }
}

using Touchline.Model;
using Touchline.RemoteWrite.Tests.Support;

namespace Touchline.RemoteWrite.Tests;

public sealed class HistogramTests
{
    [Theory]
    [InlineData(RemoteWriteVersion.One)]
    [InlineData(RemoteWriteVersion.Two)]
    public void Integer_histogram_comes_as_differences(RemoteWriteVersion version)
    {
        var histogram = Written(version, new Message()
            .Varint(1, 12).Double(3, 18.4).ZigZag(4, 3).Double(5, 1e-128).Varint(6, 2)
            .Nested(8, new Message().ZigZag(1, 0).Varint(2, 1)).Packed(9, 6)
            .Nested(11, new Message().ZigZag(1, -3).Varint(2, 2)).Nested(11, new Message().ZigZag(1, 1).Varint(2, 1)).Packed(12, 2, 6, 3)
            .Varint(14, 2).Varint(15, 1000));
        Assert.False(histogram.IsFloat);
        Assert.Equal((12.0, 2.0, 18.4, 3), (histogram.Count, histogram.ZeroCount, histogram.Sum, histogram.Schema));
        Assert.Equal([1.0, 4, 2], histogram.PositiveBuckets);
        Assert.Equal([3.0], histogram.NegativeBuckets);
        Assert.Equal([new BucketSpan(-3, 2), new BucketSpan(1, 1)], histogram.PositiveSpans);
        Assert.Equal(CounterResetHint.NotCounterReset, histogram.CounterResetHint);
    }

    [Fact]
    public void Float_gauge_histogram_is_kept_as_one()
    {
        var histogram = Written(RemoteWriteVersion.One, new Message()
            .Double(2, 1.5).Double(3, 2).ZigZag(4, 0).Double(7, 0.5)
            .Nested(11, new Message().ZigZag(1, 0).Varint(2, 1)).Double(13, 1).Varint(14, 3).Varint(15, 1000));
        Assert.True(histogram.IsFloat);
        Assert.Equal((1.5, 0.5), (histogram.Count, histogram.ZeroCount));
        Assert.Equal([1.0], histogram.PositiveBuckets);
        Assert.Equal(CounterResetHint.Gauge, histogram.CounterResetHint);
    }

    [Fact]
    public void Custom_buckets_bring_their_bounds()
    {
        var histogram = Written(RemoteWriteVersion.Two, new Message()
            .Varint(1, 3).Double(3, 2).ZigZag(4, -53).Nested(11, new Message().ZigZag(1, 0).Varint(2, 2)).Packed(12, 2, 2).Varint(15, 1000)
            .Double(16, 0.5).Double(16, 2.5));
        Assert.Equal(NativeHistogram.CustomBucketsSchema, histogram.Schema);
        Assert.Equal([0.5, 2.5], histogram.CustomBounds);
        Assert.Equal([1.0, 2], histogram.PositiveBuckets);
    }

    [Fact]
    public void Staleness_marker_is_kept_by_its_bits()
    {
        var histogram = Written(RemoteWriteVersion.One, new Message().Double(3, StaleMarker.Value).Varint(15, 1000));
        Assert.True(histogram.IsStale);
    }

    [Theory]
    [InlineData("schema", "histogram schema 9 is neither -4 to 8 nor -53")]
    [InlineData("count", "the buckets of a histogram hold 1 observations and its count is 5")]
    [InlineData("spans", "the positive spans of a histogram name 4294967295 buckets, and 1 are there")]
    [InlineData("negative", "a positive bucket of a histogram holds -1 observations")]
    public void Histogram_that_contradicts_itself_is_refused_and_its_neighbour_is_not(string what, string reason)
    {
        var message = new Message()
            .Varint(1, what == "count" ? 5UL : 1).ZigZag(4, what == "schema" ? 9 : 1)
            .Nested(11, new Message().Varint(2, what == "spans" ? uint.MaxValue : 1)).Packed(12, what == "negative" ? 1UL : 2).Varint(15, 1000);
        using var receiving = new Receiving();
        var series = Requests.SeriesOne([("__name__", "h")], (500, 1)).Nested(4, message);
        var result = receiving.Write(Requests.One(series));
        Assert.Equal((RemoteWriteOutcome.PartlyStored, 1L, 0L), (result.Outcome, result.Samples, result.Histograms));
        Assert.Contains(reason, result.Reason, StringComparison.Ordinal);
    }

    private static NativeHistogram Written(RemoteWriteVersion version, Message histogram)
    {
        using var receiving = new Receiving();
        List<string> symbols = [];
        var request = version == RemoteWriteVersion.One
            ? Requests.One(Requests.SeriesOne([("__name__", "h")]).Nested(4, histogram))
            : null;
        if (request is null)
        {
            var series = Requests.SeriesTwo(symbols, [("__name__", "h")]).Nested(3, histogram);
            request = Requests.Two(symbols, series);
        }
        Assert.Equal(new RemoteWriteResult(RemoteWriteOutcome.Stored, 0, 1, 0, ""), receiving.Write(request, version));
        return receiving.Histogram();
    }
}

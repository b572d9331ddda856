using CsCheck;
using Touchline.Model;
using Touchline.Model.Protobuf;
using Touchline.Scraping.Families;
using Touchline.Scraping.Tests.Support;

namespace Touchline.Scraping.Tests.Families;

public sealed class FamilyMessageReaderTests
{
    [Fact]
    public void Messages_are_families_and_the_last_of_a_name_stands()
    {
        var families = FamilyMessageReader.Read(ProtobufText.Delimited(
            """
            { 1:"x_total" 2:"Old." 3:0 4:{ 3:{ 1:1.5d } } }
            { 1:"took" 3:4 4:{ 7:{ 1:3 2:4.5d 3:{ 1:2 2:0.25d } } } }
            { 1:"s" 3:2 4:{ 4:{ 1:2 2:9.5d 3:{ 1:0.5d 2:7.5d } } } }
            { 1:"x_total" 2:"New." 3:0 4:{ 1:{ 1:"b" 2:"2" } 1:{ 1:"a" 2:"1" } 3:{ 1:2.5d } 6:5 } }
            """));
        Assert.Equal([("x_total", MetricType.Counter), ("took", MetricType.Histogram), ("s", MetricType.Summary)], families.Select(f => (f.Name, f.Type)));
        Assert.Equal("New.", families[0].Help);
        var counter = Assert.Single(families[0].Metrics);
        Assert.Equal((2.5, 5L), (counter.Value, counter.TimestampMs));
        Assert.Equal([new Label("a", "1"), new Label("b", "2")], counter.Labels);
        Assert.Equal((3.0, 4.5), (families[1].Metrics[0].Count, families[1].Metrics[0].Sum));
        Assert.Equal([(0.25, 2.0)], families[1].Metrics[0].Points);
        Assert.Equal([(0.5, 7.5)], families[2].Metrics[0].Points);
    }

    [Fact]
    public void Native_histograms_keep_their_buckets()
    {
        var metric = Assert.Single(FamilyMessageReader.Read(ProtobufText.Delimited(
            """{ 1:"h" 3:4 4:{ 7:{ 1:6 2:8.5d 5:3z 6:0.001d 7:1 12:{ 1:-2z 2:2 } 12:{ 1:3z 2:1 } 13:1z 13:1z 13:0z 3:{ 1:3 2:0.5d } } } }"""))[0].Metrics);
        Assert.Equal([(0.5, 3.0)], metric.Points);
        Assert.Equal((6.0, 8.5, 3), (metric.Native!.Count, metric.Native.Sum, metric.Native.Schema));
        Assert.Equal([1.0, 2, 2], metric.Native.PositiveBuckets);
        Assert.Equal([new BucketSpan(-2, 2), new BucketSpan(3, 1)], metric.Native.PositiveSpans);
        Assert.Equal(4, metric.SeriesCount(MetricType.Histogram) - 1);
    }

    [Fact]
    public void Native_histogram_that_contradicts_itself_is_refused()
    {
        var body = ProtobufText.Delimited("""{ 1:"h" 3:4 4:{ 7:{ 1:5 12:{ 1:0z 2:7 } 13:1z } } }""");
        var error = Assert.Throws<MalformedMessageException>(() => FamilyMessageReader.Read(body));
        Assert.Equal("the positive spans of a histogram name 7 buckets, and 1 are there", error.Message);
    }

    [Fact]
    public void Families_and_metrics_are_bounded()
    {
        var body = ProtobufText.Delimited("""
            { 1:"a" 3:0 4:{ } 4:{ } }
            { 1:"b" 3:0 }
            """);
        Assert.Equal(2, FamilyMessageReader.Read(body, mostEntries: 4).Count);
        var thrown = Assert.Throws<MalformedMessageException>(() => FamilyMessageReader.Read(body, mostEntries: 3));
        Assert.Equal("the body holds more than 3 families and metrics", thrown.Message);
    }

    [Fact]
    public void Whatever_comes_only_its_own_exception_is_thrown() =>
        Gen.Byte.Array[0, 40].Sample(bytes =>
        {
            try
            {
                FamilyMessageReader.Read(bytes);
            }
            catch (MalformedMessageException)
            {
                // Most of it is no message.
            }
        });
}

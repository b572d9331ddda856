using System.Buffers;
using System.Text;
using Touchline.Model;
using Touchline.Scraping.Exposition;
using Touchline.Scraping.Families;
using Touchline.Scraping.Tests.Support;

namespace Touchline.Scraping.Tests.Families;

public sealed class FamilyMessageWriterTests
{
    /// <summary>Of every kind, as the reader of scrapes takes them: one line each.</summary>
    [Theory]
    [InlineData("""{ 1:"x_total" 2:"Help." 3:0 4:{ 1:{ 1:"a" 2:"b" } 3:{ 1:1.5d } 6:5 } }""")]
    [InlineData("""{ 1:"g" 3:1 4:{ 2:{ 1:-0d } } 4:{ 1:{ 1:"a" 2:"" } 2:{ 1:2d } } }""")]
    [InlineData("""{ 1:"u" 3:3 4:{ 5:{ 1:2d } } }""")]
    [InlineData("""{ 1:"s" 3:2 4:{ 4:{ 1:2 2:9.5d 3:{ 1:0.5d 2:7.5d } } } }""")]
    [InlineData("""{ 1:"classic" 3:4 4:{ 7:{ 1:3 2:4.5d 3:{ 1:2 2:0.25d } 3:{ 4:2.5d 2:1d } } } }""")]
    [InlineData("""{ 1:"classic_float" 3:4 4:{ 7:{ 4:3.5d 2:4.5d 3:{ 4:1.5d 2:0.25d } } } }""")]
    [InlineData("""{ 1:"native" 3:4 4:{ 7:{ 1:7 2:8.5d 5:3z 6:0.001d 7:1 9:{ 1:4z 2:1 } 10:1z 12:{ 1:-2z 2:2 } 12:{ 1:3z 2:1 } 13:1z 13:1z 13:0z } } }""")]
    [InlineData("""{ 1:"native_float" 3:4 4:{ 7:{ 4:3.5d 2:8d 5:-1z 6:1d 8:0.5d 12:{ 1:0z 2:2 } 14:1d 14:2d } } }""")]
    [InlineData("""{ 1:"native_gauge" 3:5 4:{ 7:{ 1:5 2:-8d 5:0z 6:0.5d 7:1 12:{ 1:1z 2:1 } 13:4z } } }""")]
    [InlineData("""{ 1:"native_empty" 3:4 4:{ 7:{ 12:{ 1:0z 2:0 } } } }""")]
    [InlineData("""{ 1:"both" 3:4 4:{ 7:{ 1:3 2:7d 5:0z 6:0.001d 12:{ 1:0z 2:2 } 13:1z 13:1z 3:{ 1:1 2:1d } 3:{ 1:3 2:2d } } } }""")]
    public void What_is_written_is_read_as_what_it_was(string message)
    {
        var body = ProtobufText.Delimited(message);
        var output = new ArrayBufferWriter<byte>();
        var writer = new FamilyMessageWriter();
        foreach (var family in FamilyMessageReader.Read(body))
        {
            writer.Write(family, output);
        }
        Assert.Equal(Scraped(body), Scraped(output.WrittenSpan));
        Assert.DoesNotContain("error", Scraped(body), StringComparison.Ordinal);
    }

    [Fact]
    public void Families_follow_each_other()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new FamilyMessageWriter();
        foreach (var name in (string[])["a", "b"])
        {
            var family = new MetricFamily(name) { Type = MetricType.Gauge };
            family.Metrics.Add(new FamilyMetric { Value = 1 });
            writer.Write(family, output);
        }
        Assert.Equal(["a", "b"], FamilyMessageReader.Read(output.WrittenSpan).Select(family => family.Name));
    }

    private static string Scraped(ReadOnlySpan<byte> body)
    {
        var scratch = new ProtobufScratch();
        var reader = new ProtobufReader(body, scratch, new ProtobufOptions(NativeHistograms: true, AlwaysClassicHistograms: true));
        var text = new StringBuilder();
        for (var entry = reader.Next([]); entry != ExpositionEntry.End; entry = reader.Next([]))
        {
            text.Append(entry).Append(' ').Append(entry switch
            {
                ExpositionEntry.Error => "error " + reader.Error,
                ExpositionEntry.Help => Encoding.UTF8.GetString(reader.MetadataText),
                ExpositionEntry.Type => $"{Encoding.UTF8.GetString(reader.MetadataName)} {reader.MetadataType}",
                ExpositionEntry.Series => $"{Encoding.UTF8.GetString(reader.Series)} {reader.Value:R} {(reader.HasTimestamp ? reader.TimestampMs : 0)}",
                ExpositionEntry.Histogram => $"{Encoding.UTF8.GetString(reader.Series)} {Of(reader.Histogram!)}",
                _ => "",
            }).Append('\n');
        }
        return text.ToString();
    }

    private static string Of(NativeHistogram h) =>
        $"{h.CounterResetHint} {h.Schema} {h.ZeroThreshold:R} {h.ZeroCount:R} {h.Count:R} {h.Sum:R} {h.IsFloat} {string.Join(',', h.PositiveSpans)} {string.Join(',', h.PositiveBuckets)} {string.Join(',', h.NegativeSpans)} {string.Join(',', h.NegativeBuckets)}";
}

using System.Globalization;
using System.Text;
using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Aggregates;
using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Retention;

namespace Touchline.Tsdb.Tests.Formats;

/// <summary>
/// Columns and rows of docs/formats/aggregates.md against a file written earlier. It holds them as text: their bytes are those of any series. To
/// write a new one, run the tests with TOUCHLINE_GOLDEN set to the folder of these files in the source tree.
/// </summary>
public sealed class AggregateFormatTests
{
    private const long T0 = 1_700_006_400_000;
    private const string File = "aggregates.txt";

    [Fact]
    public void Columns_of_aggregates_are_as_documented()
    {
        var written = Written();
        if (Environment.GetEnvironmentVariable("TOUCHLINE_GOLDEN") is { Length: > 0 } folder)
        {
            System.IO.File.WriteAllText(Path.Combine(folder, File), written);
        }
        Assert.Equal(System.IO.File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Formats", "golden", File)), written);
    }

    private static string Written()
    {
        var text = new StringBuilder();
        var meta = new BlockMeta { Ulid = "", MinTimeMs = T0, MaxTimeMs = T0 + 7_200_000, Series = 0, Chunks = 0, Samples = 0, ChunkBytes = 0, IndexBytes = 0 };
        var fine = new SeriesRetention { Matchers = [], Downsampling = [new Downsampling(1, 300_000)] };
        var hourly = new SeriesRetention { Matchers = [], Downsampling = [new Downsampling(1, 3_600_000)] };
        foreach (var (name, retention) in (IEnumerable<(string, SeriesRetention)>)[("five_minutes", fine), ("hours", hourly)])
        {
            foreach (var (kind, rows) in Series())
            {
                var rewrite = new SeriesRewrite(
                    new RetentionTable([retention], 0), meta, T0 + 7_200_001,
                    (labels, columns) => Describe(labels, columns, text));
                rewrite.Add(Labels.Of("__name__", kind, "policy", name), rows);
                var coarsest = rewrite.Finish();
                text.Append(CultureInfo.InvariantCulture, $"coarsest: {coarsest}\n\n");
            }
        }
        return text.ToString();
    }

    private static IEnumerable<(string Kind, SampleColumns Rows)> Series()
    {
        var counter = new SampleColumns();
        var gauge = new SampleColumns();
        var histogram = new SampleColumns();
        for (var i = 0; i < 30; i++)
        {
            var time = T0 + (i * 60_000);
            counter.Add(time, i % 13 * 4);
            if (i is not (7 or 8 or 9))
            {
                gauge.Add(time, i switch { 6 or 25 => StaleMarker.Value, 15 => double.NaN, _ => 20 + (i * 7 % 5 / 10.0) });
            }
            histogram.Add(time, new NativeHistogram { Count = i % 17, Sum = i, PositiveSpans = [new(0, 1)], PositiveBuckets = [i % 17] });
        }
        return [("counter", counter), ("gauge", gauge), ("histogram", histogram)];
    }

    private static void Describe(Labels labels, SampleColumns rows, StringBuilder text)
    {
        var last = labels[labels.Count - 1];
        text.Append(CultureInfo.InvariantCulture, $"{labels.MetricName} {(last.Name == "\uffff" ? last.Value : "samples")}:");
        for (var row = 0; row < rows.Count; row++)
        {
            var value = rows.HasHistograms && rows.Histograms[row] is { } histogram ? $"h{histogram.Count}"
                : StaleMarker.Is(rows.Values[row]) ? "stale" : rows.Values[row].ToString("R", CultureInfo.InvariantCulture);
            text.Append(CultureInfo.InvariantCulture, $" {(rows.Timestamps[row] - T0) / 1000}s={value}");
        }
        text.Append('\n');
    }
}

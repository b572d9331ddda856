using System.Globalization;
using System.Text;

namespace Touchline.Benchmarks.Race;

/// <summary>
/// Bodies of one large target in one format: the same series each time, their values others. Two in three series are counters, the rest gauges;
/// in protobuf every twenty-fifth is a native histogram with twenty buckets.
/// </summary>
internal sealed class ParsedBodies(string format, int series)
{
    /// <summary>How many series a metric has.</summary>
    private const int PerMetric = 500;

    private const int HistogramEvery = 25;

    private const int Buckets = 20;

    private const int Variants = 3;

    /// <summary>Formats by the name that scrape_protocols has for them.</summary>
    public static readonly string[] Formats = ["PrometheusText0.0.4", "OpenMetricsText1.0.0", "PrometheusProto"];

    private readonly byte[][] _bodies = [.. Enumerable.Range(1, Variants).Select(variant => Make(format, series, variant))];

    public string Format => format;

    public string ContentType { get; } = format switch
    {
        "PrometheusProto" => "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited",
        "OpenMetricsText1.0.0" => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        _ => "text/plain; version=0.0.4; charset=utf-8",
    };

    public byte[] this[int scrape] => _bodies[scrape % Variants];

    private static byte[] Make(string format, int series, int variant)
    {
        if (format == "PrometheusProto")
        {
            return MakeProtobuf(series, variant);
        }
        var isOpenMetrics = format == "OpenMetricsText1.0.0";
        var text = new StringBuilder(series * 96);
        for (var at = 0; at < series; at++)
        {
            var (name, isCounter) = Metric(at);
            if (at % PerMetric == 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"# HELP {name} What is counted or measured here.\n# TYPE {name} {(isCounter ? "counter" : "gauge")}\n");
            }
            text.Append(name).Append(isCounter ? "_total" : "");
            text.Append(CultureInfo.InvariantCulture, $"{{host=\"host-{at % 7}\",path=\"/api/v1/resource/{at}\",zone=\"zone-{at % 3}\"}} ");
            text.Append(Value(at, isCounter, variant).ToString("R", CultureInfo.InvariantCulture)).Append('\n');
        }
        return Encoding.UTF8.GetBytes(text.Append(isOpenMetrics ? "# EOF\n" : "").ToString());
    }

    private static byte[] MakeProtobuf(int series, int variant)
    {
        var body = new ProtobufBytes();
        for (var first = 0; first < series; first += PerMetric)
        {
            var (name, isCounter) = Metric(first);
            var isHistogram = first / PerMetric % HistogramEvery == HistogramEvery - 1;
            var family = new ProtobufBytes()
                .Text(1, isHistogram ? name + "_seconds" : isCounter ? name + "_total" : name)
                .Text(2, "What is counted or measured here.")
                .Number(3, isHistogram ? 4u : isCounter ? 0u : 1u);
            for (var at = first; at < Math.Min(first + PerMetric, series); at++)
            {
                var metric = new ProtobufBytes().Part(1, Label("host", $"host-{at % 7}")).Part(1, Label("path", $"/api/v1/resource/{at}")).Part(1, Label("zone", $"zone-{at % 3}"));
                if (isHistogram)
                {
                    metric.Part(7, Histogram(at, variant));
                }
                else
                {
                    metric.Part(isCounter ? 3 : 2, new ProtobufBytes().Double(1, Value(at, isCounter, variant)));
                }
                family.Part(4, metric);
            }
            body.Delimited(family);
        }
        return body.ToArray();
    }

    private static ProtobufBytes Label(string name, string value) => new ProtobufBytes().Text(1, name).Text(2, value);

    /// <summary>Twenty buckets beside each other, each of which grows with the variant.</summary>
    private static ProtobufBytes Histogram(int at, int variant)
    {
        var histogram = new ProtobufBytes()
            .Number(1, (ulong)(Buckets * variant * (1 + at % 5)))
            .Double(2, variant * (at % 100) * 0.25)
            .Signed(5, 3)
            .Double(6, 1e-128)
            .Number(7, 0)
            .Part(12, new ProtobufBytes().Signed(1, at % 10).Number(2, Buckets));
        for (var bucket = 0; bucket < Buckets; bucket++)
        {
            // Counts are told as differences: all buckets have the same.
            histogram.Signed(13, bucket == 0 ? variant * (1 + at % 5) : 0);
        }
        return histogram;
    }

    private static (string Name, bool IsCounter) Metric(int at)
    {
        var metric = at / PerMetric;
        return metric % 3 == 2 ? ($"temperature_{metric}", false) : ($"requests_{metric}", true);
    }

    private static double Value(int at, bool isCounter, int variant) =>
        isCounter ? at % 1000 + variant * (1 + at % 50) : Math.Round(20 + 10 * Math.Sin((at + variant) / 20.0), 2);
}

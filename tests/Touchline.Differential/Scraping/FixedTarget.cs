using System.Text;
using Touchline.Differential.Api;
using Touchline.Scraping.Tests.Support;

namespace Touchline.Differential.Scraping;

/// <summary>A target whose paths answer with one body each, always the same, in protobuf or text.</summary>
internal static class FixedTarget
{
    private const string ProtobufType = "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited";

    private static readonly Dictionary<string, (string Type, byte[] Body)> Answers = new()
    {
        ["/protobuf"] = (ProtobufType, ProtobufText.Delimited(Families)),
        ["/text"] = ("text/plain; version=0.0.4", Encoding.UTF8.GetBytes(Text)),
        ["/openmetrics"] = ("application/openmetrics-text; version=1.0.0", Encoding.UTF8.GetBytes(OpenMetrics)),
        ["/blank"] = ("", Encoding.UTF8.GetBytes("blank_metric 7\n")),
    };

    public static ExpositionServer Start() => new(path => Answers[path]);

    /// <summary>Every kind of metric, and histograms that are classic, native, both, of floats, of gauges, negative and empty.</summary>
    private const string Families = """
        { 1:"p_requests_total" 2:"Requests." 3:0 4:{ 1:{ 1:"path" 2:"/a" } 3:{ 1:5d 2:{ 1:{ 1:"trace_id" 2:"c" } 2:1d 3:{ 1:1700000000 } } 3:{ 1:1699999999 } } }
            4:{ 1:{ 1:"path" 2:"/b" } 3:{ 1:6.5d } } }
        { 1:"p_gauge" 2:"A gauge." 3:1 4:{ 2:{ 1:-1.5d } } 4:{ 1:{ 1:"le" 2:"odd" } 2:{ 1:1e30d } } }
        { 1:"p_untyped" 3:3 4:{ 1:{ 1:"empty" 2:"" } 5:{ 1:3d } } }
        { 1:"p.dotted" 3:1 4:{ 1:{ 1:"label.dotted" 2:"x" } 2:{ 1:1d } } }
        { 1:"p_summary" 3:2 4:{ 4:{ 1:10 2:12.5d 3:{ 1:0.5d 2:1d } 3:{ 1:0.99d 2:2.5d } } } 4:{ 1:{ 1:"none" 2:"y" } 4:{ 1:0 2:0d } } }
        { 1:"p_classic" 3:4 4:{ 7:{ 1:10 2:33d 3:{ 1:1 2:0.1d } 3:{ 1:4 2:1d 3:{ 1:{ 1:"trace_id" 2:"k" } 2:0.7d 3:{ 1:1700000000 } } } 3:{ 1:8 2:10d } } } }
        { 1:"p_classic_float" 3:4 4:{ 7:{ 4:10.5d 2:33d 3:{ 4:1.5d 2:0.1d } 3:{ 4:10.5d 2:+Infinityd } } } }
        { 1:"p_classic_gauge" 3:5 4:{ 7:{ 1:3 2:3d 3:{ 1:3 2:1d } } } }
        { 1:"p_native" 3:4 4:{ 1:{ 1:"a" 2:"b" } 7:{ 1:15 2:18.4d 5:3z 6:0.001d 7:2 9:{ 1:0z 2:1 } 10:1z 12:{ 1:-2z 2:3 } 12:{ 1:5z 2:2 } 13:3z 13:-1z 13:0z 13:2z 13:-3z
            16:{ 1:{ 1:"trace_id" 2:"n1" } 2:0.4d 3:{ 1:1700000001 } } 16:{ 1:{ 1:"trace_id" 2:"n2" } 2:0.5d 3:{ 1:1700000002 } } } } }
        { 1:"p_native_float" 3:4 4:{ 7:{ 4:3.5d 2:8d 5:-1z 6:1d 8:0.5d 12:{ 1:0z 2:2 } 14:1d 14:2d } } }
        { 1:"p_native_gauge" 3:5 4:{ 7:{ 1:5 2:-8d 5:0z 6:0.5d 7:1 12:{ 1:1z 2:1 } 13:4z } } }
        { 1:"p_native_empty" 3:4 4:{ 7:{ 12:{ 1:0z 2:0 } } } }
        { 1:"p_both" 3:4 4:{ 7:{ 1:4 2:7d 5:0z 6:0.001d 12:{ 1:0z 2:2 } 13:1z 13:2z 3:{ 1:1 2:1d 3:{ 1:{ 1:"trace_id" 2:"b" } 2:0.9d 3:{ 1:1700000003 } } } 3:{ 1:4 2:2d } } } }
        """;

    private const string Text = """
        # TYPE t_latency histogram
        t_latency_bucket{path="/a",le="0.1"} 3
        t_latency_bucket{path="/a",le="1"} 5
        t_latency_bucket{path="/a",le="+Inf"} 9
        t_latency_sum{path="/a"} 12.5
        t_latency_count{path="/a"} 9
        t_latency_bucket{path="/b",le="1"} 0
        t_latency_bucket{path="/b",le="2"} 0
        t_latency_bucket{path="/b",le="4"} 0
        t_latency_bucket{path="/b",le="8"} 0
        t_latency_bucket{path="/b",le="16"} 1
        t_latency_bucket{path="/b",le="+Inf"} 1
        t_latency_sum{path="/b"} 12
        t_latency_count{path="/b"} 1
        t_latency_extra 3
        # TYPE t_fraction histogram
        t_fraction_bucket{le="1"} 0.5
        t_fraction_bucket{le="+Inf"} 1.5
        t_fraction_sum 2
        t_fraction_count 1.5
        # TYPE t_no_count histogram
        t_no_count_bucket{le="1"} 2
        t_no_count_bucket{le="+Inf"} 3
        # TYPE t_no_buckets histogram
        t_no_buckets_sum 2
        t_no_buckets_count 4
        # TYPE t_unordered histogram
        t_unordered_bucket{le="5"} 4
        t_unordered_bucket{le="1"} 2
        t_unordered_bucket{le="+Inf"} 6
        t_unordered_count 6
        # TYPE t_falling histogram
        t_falling_bucket{le="1"} 4
        t_falling_bucket{le="2"} 2
        t_falling_bucket{le="+Inf"} 6
        t_falling_count 6
        # TYPE t_mismatch histogram
        t_mismatch_bucket{le="1"} 4
        t_mismatch_bucket{le="+Inf"} 6
        t_mismatch_count 7
        # TYPE t_gauge gauge
        t_gauge_bucket{le="1"} 4
        t_gauge_count 4

        """;

    private const string OpenMetrics = """
        # TYPE o_latency histogram
        # UNIT o_latency 
        o_latency_bucket{le="0.5"} 1 # {trace_id="o1"} 0.3 1700000000
        o_latency_bucket{le="1.0"} 3 # {trace_id="o2"} 0.7 1700000001
        o_latency_bucket{le="+Inf"} 4 # {trace_id="o3"} 2
        o_latency_count 4
        o_latency_sum 4.5
        o_latency_created 1699999999
        # TYPE o_requests counter
        o_requests_total{path="/a"} 4
        o_requests_created{path="/a"} 1699999999
        o_requests_total{path="/b"} 4
        # TYPE o_summary summary
        o_summary{quantile="0.5"} 4
        o_summary_count 4
        o_summary_sum 5
        o_summary_created 1699999999
        # TYPE o_gaugehistogram gaugehistogram
        o_gaugehistogram_bucket{le="1.0"} 3
        o_gaugehistogram_bucket{le="+Inf"} 4
        o_gaugehistogram_gcount 4
        o_gaugehistogram_gsum 5
        # EOF

        """;
}

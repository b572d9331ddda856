using Touchline.Collectors;
using Touchline.Model;
using Touchline.Tsdb;

namespace Touchline.Telemetry;

/// <summary>Samples behind the newest of their series, under Prometheus's names: taken, or refused and why.</summary>
internal static class LateSampleFigures
{
    public static void Collect(IMetricWriter writer, OutOfOrderStatus status)
    {
        Counter("prometheus_tsdb_head_out_of_order_samples_appended_total", "Out-of-order samples that were stored.", status.Appended);
        Counter("prometheus_tsdb_out_of_order_samples_total", "Samples refused as out of order, no out-of-order window being set.", status.Refused);
        Counter("prometheus_tsdb_too_old_samples_total", "Samples refused as older than the out-of-order window.", status.TooOld);
        Counter("prometheus_tsdb_out_of_bound_samples_total", "Samples refused as outside of the times that the head takes.", status.OutOfBounds);
        writer.Family("touchline_tsdb_out_of_order_bytes", MetricType.Gauge, "Memory of out-of-order samples that are in no block yet.");
        writer.Sample(status.Bytes);

        void Counter(string name, string help, TypedCount count)
        {
            writer.Family(name, MetricType.Counter, help);
            writer.Sample(count.Floats, "type", "float");
            writer.Sample(count.Histograms, "type", "histogram");
        }
    }
}

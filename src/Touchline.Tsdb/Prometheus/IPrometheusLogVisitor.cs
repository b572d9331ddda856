using Touchline.Model;

namespace Touchline.Tsdb.Prometheus;

/// <summary>Is told what the records of a log hold, in their order. Series are named by the numbers that the log gives them.</summary>
internal interface IPrometheusLogVisitor
{
    void Series(ulong series, Labels labels);

    void Sample(ulong series, long time, double value);

    void Histogram(ulong series, long time, NativeHistogram histogram);

    void Deleted(ulong series, DeletedInterval interval);

    void Exemplar(ulong series, Exemplar exemplar);

    void Metadata(ulong series, MetricMetadata metadata);
}

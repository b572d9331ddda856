using Touchline.Model;

namespace Touchline.Tsdb.Prometheus;

/// <summary>Is told what the records of a log hold, in their order. Series are named by the numbers that the log gives them.</summary>
internal interface IPrometheusLogVisitor
{
    void Series(ulong series, Labels labels);

    void Sample(ulong series, long time, double value);

    void Histogram(ulong series, long time, NativeHistogram histogram);

    /// <summary>Since when, in ms since the Unix epoch, a series counts that has a sample at a time. Told before the sample.</summary>
    void Started(ulong series, long time, long start);

    void Deleted(ulong series, DeletedInterval interval);

    void Exemplar(ulong series, Exemplar exemplar);

    void Metadata(ulong series, MetricMetadata metadata);
}

namespace Touchline.Tsdb.Prometheus;

/// <summary>The encoding byte of a chunk in Prometheus's files.</summary>
internal enum PrometheusEncoding : byte
{
    Xor = 1,
    Histogram = 2,
    FloatHistogram = 3,
}

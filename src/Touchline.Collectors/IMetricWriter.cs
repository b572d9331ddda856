using Touchline.Model;

namespace Touchline.Collectors;

/// <summary>
/// Where collectors put what they saw: a family, then its samples. Written to by one thread. Implemented by the text exposition
/// and by the store's batch, so that a metric is described once and served both ways.
/// </summary>
public interface IMetricWriter
{
    /// <summary>Starts a family; the samples that follow belong to it. Names are whole (<c>node_load1</c>), in base units.</summary>
    void Family(string name, MetricType type, string help);

    /// <summary>Writes a sample of the family: label names and values alternate.</summary>
    void Sample(double value, params ReadOnlySpan<string> labelNamesAndValues);

    /// <summary>As <see cref="Sample"/>, for a member of the family with a suffix: <c>_bucket</c>, <c>_sum</c>, <c>_count</c>.</summary>
    void SuffixedSample(string suffix, double value, params ReadOnlySpan<string> labelNamesAndValues);

    /// <summary>Writes a native histogram as a sample of the family; false where the writer has no form for it, and takes the classic series instead.</summary>
    bool TryHistogram(NativeHistogram histogram, params ReadOnlySpan<string> labelNamesAndValues) => false;
}

using Touchline.Model;

namespace Touchline.Storage.InMemory;

internal sealed class InMemoryQuerier(List<InMemorySeries> series, Dictionary<string, MetricMetadata> metadata) : IQuerier
{
    public IReadOnlyList<string> Warnings => [];

    public IReadOnlyList<ISeries> Select(IReadOnlyList<LabelMatcher> matchers, bool sorted, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var selected = series.Where(s => matchers.All(m => m.Matches(s.Labels)));
        return sorted ? [.. selected.OrderBy(s => s.Labels)] : [.. selected];
    }

    public IReadOnlyList<string> LabelNames(IReadOnlyList<LabelMatcher> matchers, CancellationToken cancellationToken) =>
        [.. Select(matchers, false, cancellationToken).SelectMany(s => s.Labels.AsEnumerable()).Select(l => l.Name).Distinct().Order(StringComparer.Ordinal)];

    public IReadOnlyList<string> LabelValues(string name, IReadOnlyList<LabelMatcher> matchers, CancellationToken cancellationToken) =>
        [.. Select(matchers, false, cancellationToken).Select(s => s.Labels[name]).Where(v => v.Length > 0).Distinct().Order(StringComparer.Ordinal)];

    public IReadOnlyDictionary<string, MetricMetadata> Metadata() => metadata;

    public void Dispose()
    {
    }
}

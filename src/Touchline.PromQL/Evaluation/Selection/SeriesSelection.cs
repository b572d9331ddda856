using Touchline.Model;
using Touchline.PromQL.Evaluation.Histograms;
using Touchline.Storage;

namespace Touchline.PromQL.Evaluation.Selection;

/// <summary>What a selector needs of the store: matchers, the range of times (ms, both inclusive) and what for, settled by the planner.</summary>
internal sealed record SeriesSelection(IReadOnlyList<LabelMatcher> Matchers, long MinTimeMs, long MaxTimeMs, SelectHints Hints)
{
    /// <summary>Whether the series are wanted in the order of their labels, which costs more than reading them where there are many.</summary>
    public bool Ordered { get; init; } = true;

    /// <summary>Whether nothing but count and sum is wanted of native histograms: see <see cref="BucketlessHistograms"/>.</summary>
    public bool WithoutBuckets { get; init; }

    /// <summary>Alike for selectors with the same matchers.</summary>
    public string Key { get; } = string.Join(',', Matchers.Select(m => m.ToString()));
}

using System.Runtime.InteropServices;
using Touchline.Model;
using Touchline.PromQL.Syntax;

namespace Touchline.PromQL.Evaluation.Functions;

internal enum HistogramKind
{
    None,
    Classic,
    Native,
}

/// <summary>One histogram among the series of a vector: the buckets of a classic one, a native one, or both under the same name.</summary>
internal sealed class HistogramGroup(Labels signature, Labels labels)
{
    private readonly List<(double Bound, SeriesColumn Series)> _buckets = [];
    private readonly List<StepMask> _bucketFloats = [];

    /// <summary>The labels without <c>le</c> and the name.</summary>
    public Labels Labels { get; } = labels;

    public string MetricName => signature.MetricName;

    public SeriesColumn? Native { get; private set; }

    /// <summary>How a note about a native one ends: Prometheus has dropped the name by then, where names are not kept until the end, and says so.</summary>
    public string ForName(QueryContext context) => $" for metric name {QuotedString.Of(context.DelaysNames ? MetricName : "")}";

    /// <summary>Groups the series by their labels but <c>le</c>. Floats with no readable <c>le</c> are left out with a warning.</summary>
    public static List<HistogramGroup> Of(List<SeriesColumn> series, TextSpan span, QueryContext context)
    {
        var index = new Dictionary<Labels, HistogramGroup>();
        var groups = new List<HistogramGroup>();
        HistogramGroup Group(Labels signature)
        {
            ref var group = ref CollectionsMarshal.GetValueRefOrAddDefault(index, signature, out var exists);
            if (!exists)
            {
                group = new HistogramGroup(signature, context.Unnamed(signature));
                groups.Add(group);
            }
            return group!;
        }
        foreach (var column in series)
        {
            context.Deadline.ThrowIfOver();
            if (column.Histograms is not null)
            {
                Group(column.Labels).Native = column;
            }
            var floats = column.FloatMask();
            if (floats.IsEmpty)
            {
                continue;
            }
            var le = column.Labels[LabelNames.BucketBound];
            if (!SampleValue.TryParse(le, out var bound))
            {
                context.Annotations.Warn(
                    $"bucket label \"le\" is missing or has a malformed value of {QuotedString.Of(le)} for metric name {QuotedString.Of(column.Labels.MetricName)}", span);
                continue;
            }
            var classic = Group(LabelSets.Drop(column.Labels, [LabelNames.BucketBound], dropName: false));
            classic._buckets.Add((bound, column));
            classic._bucketFloats.Add(floats);
        }
        return groups;
    }

    /// <summary>What the histogram is at a step, with its buckets filled in where it is a classic one. Being both is a reason to warn.</summary>
    public HistogramKind At(int step, List<(double Bound, double Count)> buckets, TextSpan span, AnnotationSink annotations)
    {
        buckets.Clear();
        for (var i = 0; i < _buckets.Count; i++)
        {
            if (_bucketFloats[i][step])
            {
                buckets.Add((_buckets[i].Bound, _buckets[i].Series.Values[step]));
            }
        }
        var native = Native is not null && Native.Present[step] && Native.HistogramAt(step) is not null;
        if (native && buckets.Count > 0)
        {
            annotations.Warn($"vector contains a mix of classic and native histograms for metric name {QuotedString.Of(MetricName)}", span);
            return HistogramKind.None;
        }
        return native ? HistogramKind.Native : buckets.Count > 0 ? HistogramKind.Classic : HistogramKind.None;
    }
}

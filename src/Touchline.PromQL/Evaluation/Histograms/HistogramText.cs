using System.Text;
using Touchline.Model;
using Touchline.PromQL.Evaluation.Numerics;

namespace Touchline.PromQL.Evaluation.Histograms;

/// <summary>A native histogram on one line, as Prometheus prints it: <c>{count:20, sum:10, [-2,-1):2, (0.5,1]:1}</c>.</summary>
internal static class HistogramText
{
    public static string Of(NativeHistogram h)
    {
        var text = new StringBuilder();
        text.Append("{count:").Append(GoFormat.General(h.Count)).Append(", sum:").Append(GoFormat.General(h.Sum));
        foreach (var bucket in BucketBounds.All(h, cut: false))
        {
            if (bucket.Count == 0)
            {
                continue;
            }
            text.Append(", ").Append(bucket.LowerInclusive ? '[' : '(').Append(GoFormat.General(bucket.Lower)).Append(',')
                .Append(GoFormat.General(bucket.Upper)).Append(bucket.UpperInclusive ? ']' : ')').Append(':').Append(GoFormat.General(bucket.Count));
        }
        return text.Append('}').ToString();
    }
}

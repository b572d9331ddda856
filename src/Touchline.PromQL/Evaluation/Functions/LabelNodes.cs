using Touchline.Model;

namespace Touchline.PromQL.Evaluation.Functions;

/// <summary><c>label_replace</c>.</summary>
internal sealed class LabelReplaceNode(VectorNode vector, string target, string replacement, string source, AnchoredRegex pattern) : VectorNode(vector.Grid)
{
    public override List<SeriesColumn> Evaluate(QueryContext context)
    {
        var series = vector.Evaluate(context);
        var builder = new LabelsBuilder();
        for (var i = 0; i < series.Count; i++)
        {
            context.Deadline.ThrowIfOver();
            var match = pattern.Match(DroppedNames.ValueOf(series[i].Labels, source));
            if (match.Success)
            {
                var labels = builder.Reset(series[i].Labels).Set(target, RegexTemplate.Expand(replacement, match)).ToLabels();
                series[i] = series[i].WithLabels(labels);
            }
        }
        return SeriesMerge.Merge(context.Deadline, series);
    }
}

/// <summary><c>label_join</c>: the values of the sources, empty ones too, with the separator between.</summary>
internal sealed class LabelJoinNode(VectorNode vector, string target, string separator, IReadOnlyList<string> sources) : VectorNode(vector.Grid)
{
    public override List<SeriesColumn> Evaluate(QueryContext context)
    {
        var series = vector.Evaluate(context);
        var builder = new LabelsBuilder();
        for (var i = 0; i < series.Count; i++)
        {
            context.Deadline.ThrowIfOver();
            var labels = series[i].Labels;
            var joined = string.Join(separator, sources.Select(s => DroppedNames.ValueOf(labels, s)));
            series[i] = series[i].WithLabels(builder.Reset(labels).Set(target, joined).ToLabels());
        }
        return SeriesMerge.Merge(context.Deadline, series);
    }
}

using System.Text;
using System.Text.RegularExpressions;
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
            var match = pattern.Match(series[i].Labels[source]);
            if (match.Success)
            {
                var labels = builder.Reset(series[i].Labels).Set(target, ReplacementTemplate.Expand(replacement, match)).ToLabels();
                series[i] = series[i].WithLabels(labels);
            }
        }
        return SeriesMerge.Merge(series);
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
            var joined = string.Join(separator, sources.Select(s => labels[s]));
            series[i] = series[i].WithLabels(builder.Reset(labels).Set(target, joined).ToLabels());
        }
        return SeriesMerge.Merge(series);
    }
}

/// <summary>Replacement texts as Go's regexp expands them: <c>$1</c>, <c>${1}</c>, <c>$name</c>, <c>$$</c>; a group that is not there is empty.</summary>
internal static class ReplacementTemplate
{
    public static string Expand(string template, Match match)
    {
        var text = new StringBuilder();
        var rest = template.AsSpan();
        while (true)
        {
            var dollar = rest.IndexOf('$');
            if (dollar < 0)
            {
                return text.Append(rest).ToString();
            }
            text.Append(rest[..dollar]);
            rest = rest[(dollar + 1)..];
            if (rest.Length > 0 && rest[0] == '$')
            {
                text.Append('$');
                rest = rest[1..];
            }
            else if (TakeName(ref rest, out var name))
            {
                text.Append(match.Groups[name].Value);
            }
            else
            {
                // Not a reference, so the dollar stands for itself.
                text.Append('$');
            }
        }
    }

    private static bool TakeName(ref ReadOnlySpan<char> rest, out string name)
    {
        var braces = rest.Length > 0 && rest[0] == '{';
        var from = braces ? 1 : 0;
        var to = from;
        while (to < rest.Length && (char.IsLetterOrDigit(rest[to]) || rest[to] == '_'))
        {
            to++;
        }
        name = "";
        if (to == from || (braces && (to == rest.Length || rest[to] != '}')))
        {
            return false;
        }
        name = rest[from..to].ToString();
        rest = rest[(braces ? to + 1 : to)..];
        return true;
    }
}

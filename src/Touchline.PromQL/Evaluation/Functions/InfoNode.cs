using Touchline.Model;
using Touchline.PromQL.Evaluation.Selection;

namespace Touchline.PromQL.Evaluation.Functions;

/// <summary>
/// <c>info()</c>: adds to each series the data labels of the info series that have the same instance and job. Which info series speaks can
/// change from step to step, and with it the labels. Source: Prometheus's description of the experimental function.
/// </summary>
/// <param name="times">The times of the info series' samples: of several with the same identity the latest counts.</param>
/// <param name="nameMatchers">Which metrics are info metrics; such series pass as they are.</param>
/// <param name="dataMatchers">Conditions on data labels; where there are any, only the labels they name are added.</param>
internal sealed class InfoNode(VectorNode vector, VectorNode times, IReadOnlyList<LabelMatcher> nameMatchers, IReadOnlyList<LabelMatcher> dataMatchers)
    : VectorNode(vector.Grid)
{
    private static readonly string[] Identity = [LabelNames.Instance, LabelNames.Job];

    private readonly HashSet<string> _wanted = [.. dataMatchers.Select(m => m.Name)];

    public override List<SeriesColumn> Evaluate(QueryContext context)
    {
        var series = vector.Evaluate(context);
        if (series.Count == 0)
        {
            return series;
        }
        var infos = times.Evaluate(context);
        var byIdentity = infos.ToLookup(i => IdentityOf(i, context.Deadline));
        var result = new List<SeriesColumn>();
        foreach (var column in series)
        {
            context.Deadline.ThrowIfOver();
            if (nameMatchers.All(m => m.Matches(column.Labels.MetricName)))
            {
                result.Add(column);
                continue;
            }
            AddEnriched(result, column, byIdentity[LabelSets.Keep(column.Labels, Identity)].ToLookup(i => i.Labels.MetricName));
        }
        context.Budget.Release(infos);
        return SeriesMerge.Merge(context.Deadline, result);
    }

    private static Labels IdentityOf(SeriesColumn info, QueryDeadline deadline)
    {
        deadline.ThrowIfOver();
        return LabelSets.Keep(info.Labels, Identity);
    }

    private void AddEnriched(List<SeriesColumn> result, SeriesColumn column, ILookup<string, SeriesColumn> infos)
    {
        var masks = new Dictionary<Labels, StepMask>();
        var speaking = new List<SeriesColumn>();
        var previous = new List<SeriesColumn>();
        Labels? labels = null;
        for (var step = column.Present.Next(0); step >= 0; step = column.Present.Next(step + 1))
        {
            speaking.Clear();
            foreach (var metric in infos)
            {
                if (Latest(metric, step) is { } info)
                {
                    speaking.Add(info);
                }
            }
            if (labels is null || !speaking.SequenceEqual(previous))
            {
                labels = Enriched(column.Labels, speaking);
                (speaking, previous) = (previous, speaking);
            }
            if (labels.Count == 0 && column.Labels.Count > 0)
            {
                continue;
            }
            if (!masks.TryGetValue(labels, out var mask))
            {
                masks.Add(labels, mask = new StepMask(Grid.Count));
            }
            mask.Set(step);
        }
        foreach (var (enriched, mask) in masks)
        {
            result.Add(column.WithLabels(enriched).WithMask(mask));
        }
    }

    private static SeriesColumn? Latest(IEnumerable<SeriesColumn> candidates, int step)
    {
        SeriesColumn? latest = null;
        foreach (var candidate in candidates)
        {
            if (!candidate.Present[step])
            {
                continue;
            }
            if (latest is not null && latest.Values[step] == candidate.Values[step])
            {
                var at = (long)(latest.Values[step] * 1000);
                throw new PromQLEvaluationException(
                    QueryErrorKind.Execution, $"found duplicate series for info metric: existing {latest.Labels} @ {at}, new {candidate.Labels} @ {at}");
            }
            if (latest is null || candidate.Values[step] > latest.Values[step])
            {
                latest = candidate;
            }
        }
        return latest;
    }

    /// <summary>No labels where a demanded data label is not there, so that the series has no place in the answer.</summary>
    private Labels Enriched(Labels labels, List<SeriesColumn> infos)
    {
        var builder = new LabelsBuilder(labels);
        var added = new Dictionary<string, string>();
        foreach (var info in infos)
        {
            foreach (var label in info.Labels)
            {
                if (label.Name == LabelNames.MetricName || Identity.Contains(label.Name) || labels.Has(label.Name)
                    || (_wanted.Count > 0 && !_wanted.Contains(label.Name)))
                {
                    continue;
                }
                if (added.TryGetValue(label.Name, out var other) && other != label.Value)
                {
                    throw new PromQLEvaluationException(QueryErrorKind.Execution, $"conflicting label: {label.Name}");
                }
                added[label.Name] = label.Value;
                builder.Set(label.Name, label.Value);
            }
        }
        // Without any info series the data labels are empty, which some conditions forbid.
        return infos.Count == 0 && dataMatchers.Any(m => !m.MatchesEmpty) ? Labels.Empty : builder.ToLabels();
    }
}

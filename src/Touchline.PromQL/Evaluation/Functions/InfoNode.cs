using Touchline.Model;
using Touchline.PromQL.Evaluation.Selection;

namespace Touchline.PromQL.Evaluation.Functions;

/// <summary>
/// <c>info()</c>: adds to each series the data labels of the info series that have the same instance and job. Which info series speaks can
/// change from step to step, and with it the labels. Source: Prometheus's description of the experimental function.
/// </summary>
/// <param name="times">The times of the info series' samples: of several with the same identity the latest counts.</param>
/// <param name="nameMatchers">Which metrics are info metrics, whose series pass as they are; null where none do.</param>
/// <param name="dataMatchers">Conditions on data labels; where there are any, only the labels they name are added.</param>
internal sealed class InfoNode(VectorNode vector, VectorNode times, IReadOnlyList<LabelMatcher>? nameMatchers, IReadOnlyList<LabelMatcher> dataMatchers)
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
        if (context.DelaysNames)
        {
            // As in Prometheus, info() forgets that a name was to be dropped.
            series = series.ConvertAll(c => c.WithLabels(DroppedNames.Restore(c.Labels)));
        }
        var infos = times.Evaluate(context);
        var byIdentity = infos.ToLookup(i => IdentityOf(i, context.Deadline));
        RefuseConflicts(series, byIdentity, context.Deadline);
        var result = new List<SeriesColumn>();
        foreach (var column in series)
        {
            context.Deadline.ThrowIfOver();
            if (IsInfo(column))
            {
                result.Add(column);
                continue;
            }
            AddEnriched(result, column, byIdentity[LabelSets.Keep(column.Labels, Identity)].ToLookup(i => i.Labels.MetricName));
        }
        context.Budget.Release(infos);
        return SeriesMerge.Merge(context.Deadline, result);
    }

    private bool IsInfo(SeriesColumn column) => nameMatchers is not null && nameMatchers.All(m => m.Matches(column.Labels.MetricName));

    /// <summary>
    /// Two info series of one identity and time contradict each other even where no series has just that identity: it is enough that the values of
    /// each identifying label occur.
    /// </summary>
    private void RefuseConflicts(List<SeriesColumn> series, ILookup<Labels, SeriesColumn> byIdentity, QueryDeadline deadline)
    {
        var enriched = series.Where(c => !IsInfo(c)).ToList();
        var occurring = Identity.ToDictionary(l => l, l => enriched.Select(c => c.Labels[l]).Where(v => v.Length > 0).ToHashSet());
        foreach (var identity in byIdentity.Where(g => Identity.All(l => occurring[l].Count == 0 || occurring[l].Contains(g.Key[l]))))
        {
            foreach (var metric in identity.GroupBy(i => i.Labels.MetricName).Where(g => g.Skip(1).Any()))
            {
                deadline.ThrowIfOver();
                for (var step = 0; step < Grid.Count && enriched.Count > 0; step++)
                {
                    if (series.Exists(c => c.Present[step]))
                    {
                        Latest(metric, step);
                    }
                }
            }
        }
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
        var isFirst = true;
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
            if (isFirst || !speaking.SequenceEqual(previous))
            {
                labels = Enriched(column.Labels, speaking);
                (speaking, previous) = (previous, speaking);
                isFirst = false;
            }
            if (labels is null)
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

    /// <summary>Null where a demanded data label is not there, so that the series has no place in the answer.</summary>
    private Labels? Enriched(Labels labels, List<SeriesColumn> infos)
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
        return infos.Count == 0 && dataMatchers.Any(m => !m.MatchesEmpty) ? null : builder.ToLabels();
    }
}

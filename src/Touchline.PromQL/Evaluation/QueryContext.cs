using Touchline.Model;
using Touchline.Storage;

namespace Touchline.PromQL.Evaluation;

/// <summary>What one running query shares between its operators: the view of the store, its budget, its deadline and its notes.</summary>
internal sealed class QueryContext(IQuerier? querier, SampleBudget budget, AnnotationSink annotations, QueryDeadline deadline, SampleTally tally)
{
    private readonly Dictionary<(string Matchers, long Min, long Max, SelectHints Hints, bool Ordered), IReadOnlyList<ISeries>> _selected = [];

    /// <summary>Whether names are dropped at the end only: see <see cref="DroppedNames"/>.</summary>
    public bool DelaysNames { get; init; }

    /// <summary>Whether series say in their labels what type of metric they are of.</summary>
    public bool HasTypeLabels { get; init; }

    /// <summary>The cores that it may work on.</summary>
    public required CoreShare Cores { get; init; }

    public SampleBudget Budget { get; } = budget;

    /// <summary>Where the operators count what they look at; those of a subquery or of a part that is the same at every step have another.</summary>
    public SampleTally Tally { get; private set; } = tally;

    public AnnotationSink Annotations { get; } = annotations;

    public QueryDeadline Deadline { get; } = deadline;

    /// <summary>What an operator leaves of the labels where its result is no longer the metric itself.</summary>
    public Labels Unnamed(Labels labels) => DelaysNames ? DroppedNames.Mark(labels) : LabelSets.WithoutName(labels);

    /// <summary>Evaluates a part with a tally of its own.</summary>
    public T Apart<T>(SampleTally tally, Func<QueryContext, T> evaluate)
    {
        var outer = Tally;
        Tally = tally;
        var result = evaluate(this);
        Tally = outer;
        return result;
    }

    /// <summary>
    /// The series of a selector, ordered by labels where it wants that. Selectors with the same matchers and purpose share one lookup; each decodes only its own
    /// time range. There is a querier wherever there is a selector that asks for any time.
    /// </summary>
    public IReadOnlyList<ISeries> Select(Selection.SeriesSelection selection)
    {
        var key = (selection.Key, selection.MinTimeMs, selection.MaxTimeMs, selection.Hints, selection.Ordered);
        if (!_selected.TryGetValue(key, out var series))
        {
            Deadline.ThrowIfOver();
            series = querier?.Select(selection.Matchers, selection.Ordered, selection.Hints, Deadline.Token) ?? [];
            _selected.Add(key, series);
            Budget.CountSeries(series.Count);
        }
        return series;
    }
}

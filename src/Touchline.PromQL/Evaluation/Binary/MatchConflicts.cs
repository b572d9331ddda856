namespace Touchline.PromQL.Evaluation.Binary;

/// <summary>
/// What forbids a match, over all groups and steps. Prometheus goes from step to step, and looks for duplicates of the "one" side first: the first that
/// it would meet is the error.
/// </summary>
internal sealed class MatchConflicts
{
    private (int Step, bool IsDuplicate, string Error)? _first;

    public void Add(int step, bool isDuplicate, string error)
    {
        if (_first is not { } first || step < first.Step || (step == first.Step && isDuplicate && !first.IsDuplicate))
        {
            _first = (step, isDuplicate, error);
        }
    }

    public void ThrowFirst()
    {
        if (_first is { } first)
        {
            throw new PromQLEvaluationException(QueryErrorKind.Execution, first.Error);
        }
    }
}

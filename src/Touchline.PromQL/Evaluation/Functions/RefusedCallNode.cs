namespace Touchline.PromQL.Evaluation.Functions;

/// <summary>
/// A call with an argument that is known to be wrong. It fails when its turn comes and not when it is planned: what stands before it may fail first.
/// </summary>
internal sealed class RefusedCallNode(string message, StepGrid grid) : VectorNode(grid)
{
    public override List<SeriesColumn> Evaluate(QueryContext context) => throw new PromQLEvaluationException(QueryErrorKind.Execution, message);
}

using Touchline.PromQL.Syntax;

namespace Touchline.PromQL;

/// <summary>
/// Answers PromQL. A contract, because a large installation pushes whole queries down to a distributed engine instead of evaluating here.
/// Thread-safe.
/// </summary>
public interface IQueryEngine
{
    PromQLOptions Options { get; }

    /// <summary>Evaluates at one time (ms).</summary>
    /// <exception cref="PromQLSyntaxException">The query is not valid.</exception>
    /// <exception cref="PromQLEvaluationException">It cannot be answered: type of the data, a limit, the timeout.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    QueryResult Query(string query, long timeMs, QueryLimits limits, CancellationToken cancellationToken);

    /// <summary>Evaluates at start, start + step, … up to and including end (ms); the step is positive. Exceptions as <see cref="Query"/>.</summary>
    QueryResult QueryRange(string query, long startMs, long endMs, long stepMs, QueryLimits limits, CancellationToken cancellationToken);
}

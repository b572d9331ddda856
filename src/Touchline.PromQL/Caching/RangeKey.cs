namespace Touchline.PromQL.Caching;

/// <summary>
/// What answers must have in common to share steps: the phase is what is left of their times when the step divides them, the tail how far the query goes on
/// behind its last step, from where subqueries may have something to note; the step of subqueries that name none changes with
/// the configuration. Times in ms.
/// </summary>
internal readonly record struct RangeKey(string Query, long StepMs, long PhaseMs, long TailMs, long LookbackMs, long SubqueryStepMs);

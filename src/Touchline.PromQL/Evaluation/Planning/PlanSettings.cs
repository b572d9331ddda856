namespace Touchline.PromQL.Evaluation.Planning;

/// <summary>What the planner needs to know of the query besides its text. Times and durations in ms; an instant query has step 0.</summary>
internal sealed record PlanSettings(long StartMs, long EndMs, long StepMs, long LookbackMs, long DefaultSubqueryStepMs)
{
    /// <summary>No grid may have more steps than a query may hold samples: one series would be too much.</summary>
    public required long MaxSteps { get; init; }
}

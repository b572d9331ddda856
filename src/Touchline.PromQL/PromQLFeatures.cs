namespace Touchline.PromQL;

/// <summary>What <c>--enable-feature</c> switches on in queries.</summary>
[Flags]
public enum PromQLFeatures
{
    None = 0,

    /// <summary><c>promql-experimental-functions</c>: experimental functions and aggregations.</summary>
    ExperimentalFunctions = 1,

    /// <summary><c>promql-duration-expr</c>: arithmetic in ranges and offsets.</summary>
    DurationExpressions = 2,

    /// <summary><c>promql-extended-range-selectors</c>: <c>anchored</c> and <c>smoothed</c>.</summary>
    ExtendedRangeSelectors = 4,

    /// <summary><c>promql-binop-fill-modifiers</c>: <c>fill</c>, <c>fill_left</c>, <c>fill_right</c>.</summary>
    FillModifiers = 8,

    /// <summary><c>promql-per-step-stats</c>: a caller may have the samples of each step counted apart.</summary>
    StepStatistics = 16,

    /// <summary><c>promql-delayed-name-removal</c>: metric names are dropped at the end of a query and not by each function.</summary>
    DelayedNameRemoval = 32,

    /// <summary><c>type-and-unit-labels</c>: whether a metric may be no counter is told by its label <c>__type__</c> and not by its name.</summary>
    TypeAndUnitLabels = 64,

    /// <summary>All that adds to what can be asked. Types as labels do not: they need samples that have them.</summary>
    All = ExperimentalFunctions | DurationExpressions | ExtendedRangeSelectors | FillModifiers | StepStatistics | DelayedNameRemoval,
}

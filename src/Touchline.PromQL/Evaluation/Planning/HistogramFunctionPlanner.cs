using Touchline.PromQL.Evaluation.Functions;
using Touchline.PromQL.Syntax;

namespace Touchline.PromQL.Evaluation.Planning;

/// <summary>Turns the histogram functions into operators.</summary>
internal static class HistogramFunctionPlanner
{
    public static VectorNode? TryPlan(Planner planner, Call call, StepGrid grid)
    {
        var arguments = call.Arguments;
        switch (call.Function.Name)
        {
            case "histogram_count":
                return new HistogramValueNode(planner.PlanVector(arguments[0], grid), h => h.Count);
            case "histogram_sum":
                return new HistogramValueNode(planner.PlanVector(arguments[0], grid), h => h.Sum);
            case "histogram_avg":
                return new HistogramValueNode(planner.PlanVector(arguments[0], grid), h => h.Sum / h.Count);
            case "histogram_stdvar":
                return new HistogramValueNode(planner.PlanVector(arguments[0], grid), Histograms.HistogramQuantiles.Variance);
            case "histogram_stddev":
                return new HistogramValueNode(planner.PlanVector(arguments[0], grid), h => Math.Sqrt(Histograms.HistogramQuantiles.Variance(h)));
            case "histogram_quantile":
                return new HistogramQuantileNode(
                    planner.PlanVector(arguments[1], grid), [planner.PlanScalar(arguments[0], grid)], null, planner.PlaceOf(call, arguments[1]), [planner.PlaceOf(call, arguments[0])]);
            case "histogram_quantiles":
                return new HistogramQuantileNode(
                    planner.PlanVector(arguments[0], grid),
                    [.. arguments.Skip(2).Select(a => planner.PlanScalar(a, grid))],
                    FunctionPlanner.Text(arguments[1]),
                    planner.PlaceOf(call, arguments[0]),
                    [.. arguments.Skip(2).Select(a => planner.PlaceOf(call, a))]);
            case "histogram_fraction":
                return new HistogramFractionNode(
                    planner.PlanVector(arguments[2], grid),
                    planner.PlanScalar(arguments[0], grid),
                    planner.PlanScalar(arguments[1], grid),
                    planner.PlaceOf(call, arguments[2]),
                    planner.PlaceOf(call, arguments[0]));
            default:
                return null;
        }
    }
}

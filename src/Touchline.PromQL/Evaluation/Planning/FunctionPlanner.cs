using System.Collections.Frozen;
using Touchline.Model;
using Touchline.PromQL.Evaluation.Functions;
using Touchline.PromQL.Evaluation.Windows;
using Touchline.PromQL.Syntax;

namespace Touchline.PromQL.Evaluation.Planning;

/// <summary>Turns function calls into operators.</summary>
internal static class FunctionPlanner
{
    private static readonly FrozenDictionary<string, Func<WindowArguments, WindowFunction>> WindowFunctions =
        new Dictionary<string, Func<WindowArguments, WindowFunction>>
        {
            ["rate"] = a => new Rate(a, isCounter: true, perSecond: true),
            ["increase"] = a => new Rate(a, isCounter: true, perSecond: false),
            ["delta"] = a => new Rate(a, isCounter: false, perSecond: false),
            ["irate"] = a => new InstantRate(a, perSecond: true),
            ["idelta"] = a => new InstantRate(a, perSecond: false),
            ["deriv"] = a => new Regression(a, predict: false),
            ["predict_linear"] = a => new Regression(a, predict: true),
            ["double_exponential_smoothing"] = a => new DoubleExponentialSmoothing(a),
            ["avg_over_time"] = a => new AvgOverTime(a),
            ["sum_over_time"] = a => new SumOverTime(a),
            ["count_over_time"] = a => new CountOverTime(a),
            ["present_over_time"] = a => new PresentOverTime(a),
            ["min_over_time"] = a => new ExtremeOverTime(a, max: false, time: false),
            ["max_over_time"] = a => new ExtremeOverTime(a, max: true, time: false),
            ["ts_of_min_over_time"] = a => new ExtremeOverTime(a, max: false, time: true),
            ["ts_of_max_over_time"] = a => new ExtremeOverTime(a, max: true, time: true),
            ["first_over_time"] = a => new EdgeOverTime(a, last: false, time: false),
            ["last_over_time"] = a => new EdgeOverTime(a, last: true, time: false),
            ["ts_of_first_over_time"] = a => new EdgeOverTime(a, last: false, time: true),
            ["ts_of_last_over_time"] = a => new EdgeOverTime(a, last: true, time: true),
            ["stddev_over_time"] = a => new DeviationOverTime(a, variance: false),
            ["stdvar_over_time"] = a => new DeviationOverTime(a, variance: true),
            ["quantile_over_time"] = a => new QuantileOverTime(a),
            ["mad_over_time"] = a => new MedianAbsoluteDeviationOverTime(a),
            ["changes"] = a => new Transitions(a, resets: false),
            ["resets"] = a => new Transitions(a, resets: true),
            ["absent_over_time"] = a => new PresentOverTime(a, keepsName: true),
        }.ToFrozenDictionary();

    public static ScalarNode PlanScalar(Planner planner, Call call, StepGrid grid) => call.Function.Name switch
    {
        "time" => new StepTimeNode(grid),
        "pi" => new ConstantNode(Math.PI, grid),
        "scalar" => new ScalarOfVectorNode(planner.PlanVector(call.Arguments[0], grid)),
        "start" => new ConstantNode(planner.Settings.StartMs / 1000.0, grid),
        "end" => new ConstantNode(planner.Settings.EndMs / 1000.0, grid),
        "range" => new ConstantNode((planner.Settings.EndMs - planner.Settings.StartMs) / 1000.0, grid),
        "step" => new ConstantNode(planner.Settings.StepMs / 1000.0, grid),
        _ => throw Unknown(call),
    };

    public static VectorNode PlanVector(Planner planner, Call call, StepGrid grid)
    {
        var name = call.Function.Name;
        var arguments = call.Arguments;
        VectorNode Vector(int i) => planner.PlanVector(arguments[i], grid);
        ScalarNode Scalar(int i) => planner.PlanScalar(arguments[i], grid);
        if (WindowFunctions.TryGetValue(name, out var make))
        {
            var windows = PlanWindows(planner, call, grid, make);
            return name == "absent_over_time" ? new AbsentNode(windows, AbsentLabels.Of(Planner.Unwrap(arguments[0]))) : windows;
        }
        if (MathFunctions.ByName.TryGetValue(name, out var math))
        {
            return new ElementwiseNode(Vector(0), math);
        }
        if (DateFunctions.ByName.TryGetValue(name, out var date))
        {
            return new ElementwiseNode(arguments.Count == 0 ? new VectorOfScalarNode(new StepTimeNode(grid)) : Vector(0), date);
        }
        switch (name)
        {
            case "vector":
                return new VectorOfScalarNode(Scalar(0));
            case "absent":
                return new AbsentNode(Planner.Valueless(Vector(0)), AbsentLabels.Of(Planner.Unwrap(arguments[0])));
            case "clamp":
                return new ClampNode(Vector(0), Scalar(1), Scalar(2));
            case "clamp_min":
                return new ElementwiseNode(Vector(0), MathFunctions.ClampMin, Scalar(1));
            case "clamp_max":
                return new ElementwiseNode(Vector(0), MathFunctions.ClampMax, Scalar(1));
            case "round":
                return new ElementwiseNode(Vector(0), MathFunctions.Round, arguments.Count > 1 ? Scalar(1) : new ConstantNode(1, grid));
            case "timestamp":
                return Planner.Unwrap(arguments[0]) is VectorSelector selector
                    ? new WithoutNameNode(planner.PlanSelector(selector, grid, timestamps: true))
                    : new StepTimestampNode(Vector(0));
            case "sort" or "sort_desc":
                WarnOfLostOrder(planner, call, grid);
                return new SortByValueNode(Vector(0), descending: name == "sort_desc");
            case "sort_by_label" or "sort_by_label_desc":
                WarnOfLostOrder(planner, call, grid);
                return new SortByLabelNode(Vector(0), [.. arguments.Skip(1).Select(Text)], descending: name == "sort_by_label_desc");
            case "info":
                return PlanInfo(planner, call, grid);
            case "label_replace":
                return PlanLabelReplace(call, () => Vector(0), grid);
            case "label_join":
                return PlanLabelJoin(call, () => Vector(0), grid);
            default:
                return HistogramFunctionPlanner.TryPlan(planner, call, grid) ?? throw Unknown(call);
        }
    }

    internal static string Text(Expr expr) => ((StringLiteral)Planner.Unwrap(expr)).Value;

    private static VectorNode PlanWindows(Planner planner, Call call, StepGrid grid, Func<WindowArguments, WindowFunction> make)
    {
        var name = call.Function.Name;
        var range = call.Arguments.First(a => a.Type == ExprType.Matrix);
        if (Planner.Unwrap(range) is MatrixSelector { Vector.Window: not SelectorWindow.Plain } matrix)
        {
            EdgedCallNode.RequireAllowed(name, matrix.Vector.Window);
            var edged = planner.PlanEdgedRange(matrix, grid, SampleReadings.Of(name));
            return new EdgedCallNode(name, edged, range.Span, matrix.Vector.Window, planner.Settings.LookbackMs);
        }
        var scalars = call.Arguments.Where(a => a.Type == ExprType.Scalar).Select(a => planner.PlanScalar(a, grid));
        return new RangeCallNode(planner.PlanRange(range, grid, SampleReadings.Of(name)), [.. scalars], [.. call.Arguments.Select(a => a.Type == ExprType.Scalar ? planner.PlaceOf(call, a) : PlaceOf(a))], make);
    }

    /// <summary>Prometheus evaluates a subquery to samples that have no place, so what is noted about them is about the query's beginning.</summary>
    private static TextSpan PlaceOf(Expr argument) => Planner.Unwrap(argument) is var inner && inner is SubqueryExpr ? new TextSpan(0, inner.Span.End) : inner.Span;

    private static void WarnOfLostOrder(Planner planner, Call call, StepGrid grid)
    {
        if (grid.Count > 1)
        {
            planner.Annotations.Warn("sort is ineffective for range queries since results are always ordered by labels", call.Span);
        }
    }

    private static InfoNode PlanInfo(Planner planner, Call call, StepGrid grid)
    {
        var vector = planner.PlanVector(call.Arguments[0], grid);
        var given = call.Arguments.Count > 1 ? ((VectorSelector)Planner.Unwrap(call.Arguments[1])).Matchers : [];
        LabelMatcher[] named = [.. given.Where(m => m.Name == LabelNames.MetricName)];
        LabelMatcher[] names = named.Length > 0 ? named : [new LabelMatcher(MatchType.Equal, LabelNames.MetricName, "target_info")];
        // With a selector that names no metric even info series themselves are enriched.
        LabelMatcher[]? passing = call.Arguments.Count == 1 || named.Length > 0 ? names : null;
        LabelMatcher[] data = [.. given.Where(m => m.Name != LabelNames.MetricName)];
        var selector = new VectorSelector(call.Span, "", [.. names, .. data], TimeModifiers.None);
        return new InfoNode(vector, planner.PlanSelector(selector, grid, timestamps: true, within: FirstTime(call.Arguments[0])), passing, data);
    }

    /// <summary>
    /// Info series are looked up at the time of each step, but only samples of them are there that the first selector or subquery of the operand could have had.
    /// </summary>
    private static TimeModifiers FirstTime(Expr operand)
    {
        foreach (var part in ExprTree.SelfAndDescendants(operand))
        {
            switch (part)
            {
                case VectorSelector selector:
                    return selector.Time;
                case SubqueryExpr subquery:
                    return subquery.Time;
            }
        }
        return TimeModifiers.None;
    }

    private static VectorNode PlanLabelReplace(Call call, Func<VectorNode> vector, StepGrid grid)
    {
        var target = Text(call.Arguments[1]);
        var pattern = Text(call.Arguments[4]);
        try
        {
            var regex = new AnchoredRegex(pattern);
            return InvalidLabelName(target, "destination", "label_replace", grid)
                ?? new LabelReplaceNode(vector(), target, Text(call.Arguments[2]), Text(call.Arguments[3]), regex);
        }
        catch (RegexSyntaxException)
        {
            return new RefusedCallNode($"invalid regular expression in label_replace(): {pattern}", grid);
        }
    }

    private static VectorNode PlanLabelJoin(Call call, Func<VectorNode> vector, StepGrid grid)
    {
        var target = Text(call.Arguments[1]);
        string[] sources = [.. call.Arguments.Skip(3).Select(Text)];
        return sources.Select(s => InvalidLabelName(s, "source", "label_join", grid)).FirstOrDefault(n => n is not null)
            ?? InvalidLabelName(target, "destination", "label_join", grid)
            ?? new LabelJoinNode(vector(), target, Text(call.Arguments[2]), sources);
    }

    /// <summary>Null where the name can be one.</summary>
    private static VectorNode? InvalidLabelName(string name, string role, string function, StepGrid grid) =>
        name.Length == 0 || !Utf8Text.IsValid(name) ? new RefusedCallNode($"invalid {role} label name in {function}(): {name}", grid) : null;

    private static PromQLEvaluationException Unknown(Call call) =>
        new(QueryErrorKind.Execution, $"unknown function with name {QuotedString.Of(call.Function.Name)}");
}

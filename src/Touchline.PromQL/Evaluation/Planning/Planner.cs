using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Touchline.Model;
using Touchline.PromQL.Evaluation.Aggregation;
using Touchline.PromQL.Evaluation.Binary;
using Touchline.PromQL.Evaluation.Explaining;
using Touchline.PromQL.Evaluation.Functions;
using Touchline.PromQL.Evaluation.Selection;
using Touchline.PromQL.Evaluation.Windows;
using Touchline.PromQL.Syntax;
using Touchline.Storage;

namespace Touchline.PromQL.Evaluation.Planning;

/// <summary>
/// Turns an expression into operators. Every operator gets its steps here, so the planner knows of each selector which times it needs
/// (lookback, range, offset, <c>@</c> and enclosing subqueries counted), of each subtree whether it has to be computed more than once,
/// and computes what is constant at once.
/// </summary>
/// <param name="trace">Where the query is to be explained: every operator is then measured.</param>
/// <param name="repeated">What stands in the query more than once; null where nothing does.</param>
/// <param name="bucketless">The selector that histograms are read of without their buckets.</param>
internal sealed class Planner(
    PlanSettings settings, AnnotationSink annotations, PlanTrace? trace = null, RepeatedParts? repeated = null, VectorSelector? bucketless = null)
{
    private readonly StepInvariance _invariance = new();
    private readonly Dictionary<(string Text, StepGrid Grid, bool OrderMatters, bool Ordered), SharedPart> _shared = [];
    private bool _isWithinShared;

    /// <summary>Whether it shows in which order the series of the part that is being planned come: the answers of range queries are sorted, those of instant queries are not.</summary>
    private bool _orderMatters = settings.StepMs == 0;

    public PlanSettings Settings { get; } = settings;

    public AnnotationSink Annotations { get; } = annotations;

    /// <summary>The earliest and latest sample that any selector planned so far can need (ms, inclusive); the latest lies before the earliest where none does.</summary>
    public long MinTimeMs { get; private set; } = long.MaxValue;

    public long MaxTimeMs { get; private set; } = long.MinValue;

    public static Expr Unwrap(Expr expr)
    {
        while (expr is ParenExpr paren)
        {
            expr = paren.Inner;
        }
        return expr;
    }

    /// <summary>
    /// The place that notes about an argument tell: what stands in its parentheses, unless it is the same at every step where the call is not, as
    /// Prometheus then has it in a wrapping that it does not look into.
    /// </summary>
    public TextSpan PlaceOf(Call call, Expr argument) =>
        argument is ParenExpr && _invariance.Holds(argument) && !_invariance.Holds(call) ? argument.Span : Unwrap(argument).Span;

    public VectorNode PlanVector(Expr expr, StepGrid grid)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        expr = Unwrap(expr);
        var once = grid.Count > 1 && _invariance.Holds(expr);
        return trace is null ? MakeShared(expr, grid, once) : trace.Vector(expr, grid, once, () => MakeShared(expr, grid, once));
    }

    private VectorNode MakeShared(Expr expr, StepGrid grid, bool once)
    {
        // What stands within a shared part is evaluated with it.
        if (_isWithinShared || repeated?.TextOf(expr) is not { } text)
        {
            return MakeVector(expr, grid, once);
        }
        _isWithinShared = true;
        var own = MakeVector(expr, grid, once);
        _isWithinShared = false;
        return new SharedVectorNode(own, SharedPartOf(text, grid, ordered: true));
    }

    private SharedPart SharedPartOf(string text, StepGrid grid, bool ordered)
    {
        ref var part = ref CollectionsMarshal.GetValueRefOrAddDefault(_shared, (text, grid, _orderMatters, ordered), out _);
        part ??= new SharedPart(text);
        part.Left++;
        return part;
    }

    private VectorNode MakeVector(Expr expr, StepGrid grid, bool once)
    {
        if (once)
        {
            return new StepInvariantVectorNode(PlanVector(expr, StepGrid.Instant(grid.StartMs)), grid);
        }
        return expr switch
        {
            VectorSelector { Window: SelectorWindow.Smoothed } selector =>
                new SmoothedSelectorNode(MakeEdgedRange(selector, Settings.LookbackMs, grid, SampleReading.Edges), Settings.LookbackMs),
            VectorSelector selector => MakeSelector(selector, grid, timestamps: false, within: null),
            UnaryExpr { Negate: true } unary => new NegateNode(PlanVector(unary.Operand, grid)),
            UnaryExpr unary => PlanVector(unary.Operand, grid),
            BinaryExpr binary => PlanBinary(binary, grid),
            AggregateExpr aggregate => PlanAggregate(aggregate, grid),
            Call call => FunctionPlanner.PlanVector(this, call, grid),
            _ => throw new InvalidOperationException($"{expr.GetType().Name} is not an instant vector"),
        };
    }

    public ScalarNode PlanScalar(Expr expr, StepGrid grid)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        expr = Unwrap(expr);
        if (expr is NumberLiteral number)
        {
            return new ConstantNode(number.Value, grid);
        }
        var once = grid.Count > 1 && _invariance.Holds(expr);
        return trace is null ? MakeScalar(expr, grid, once) : trace.Scalar(expr, grid, once, () => MakeScalar(expr, grid, once));
    }

    private ScalarNode MakeScalar(Expr expr, StepGrid grid, bool once)
    {
        if (once)
        {
            return new StepInvariantScalarNode(PlanScalar(expr, StepGrid.Instant(grid.StartMs)), grid);
        }
        switch (expr)
        {
            case UnaryExpr unary:
                var operand = PlanScalar(unary.Operand, grid);
                if (!unary.Negate)
                {
                    return operand;
                }
                return operand.Constant is { } value ? new ConstantNode(-value, grid) : new NegatedScalarNode(operand);
            case BinaryExpr binary when binary.Operator.IsTrim():
                throw new PromQLEvaluationException(
                    QueryErrorKind.Execution, $"operator {QuotedString.Of(binary.Operator.Text())} not allowed for Scalar operations");
            case BinaryExpr binary:
                var left = PlanScalar(binary.Left, grid);
                var right = PlanScalar(binary.Right, grid);
                return left.Constant is { } l && right.Constant is { } r
                    ? new ConstantNode(FloatOperators.Scalar(binary.Operator, l, r), grid)
                    : new ScalarBinaryNode(binary.Operator, left, right);
            case Call call:
                return FunctionPlanner.PlanScalar(this, call, grid);
            default:
                throw new InvalidOperationException($"{expr.GetType().Name} is not a scalar");
        }
    }

    /// <param name="reading">What is made of the samples, where the range is a selector's.</param>
    public RangeNode PlanRange(Expr expr, StepGrid grid, SampleReading reading)
    {
        expr = Unwrap(expr);
        return trace is null ? MakeRange(expr, grid, reading) : trace.Range(expr, grid, () => MakeRange(expr, grid, reading));
    }

    private RangeNode MakeRange(Expr expr, StepGrid grid, SampleReading reading)
    {
        switch (expr)
        {
            case MatrixSelector { Vector.Window: not SelectorWindow.Plain } matrix:
                return new EdgedRangeNode(MakeEdgedRange(matrix.Vector, matrix.RangeMs, grid, SampleReading.Edges), matrix.Vector.Window, Settings.LookbackMs);
            case MatrixSelector matrix:
                var windows = WindowsOf(matrix.Vector.Time, matrix.RangeMs, grid);
                return new RangeSelectorNode(Select(matrix.Vector, windows, grid, reading), windows, grid);
            case SubqueryExpr subquery:
                return PlanSubquery(subquery, grid);
            default:
                throw new InvalidOperationException($"{expr.GetType().Name} is not a range vector");
        }
    }

    /// <param name="selector">The selector.</param>
    /// <param name="grid">The steps.</param>
    /// <param name="timestamps">Whether the times of the samples are wanted instead of their values.</param>
    /// <param name="within">Where only the samples are to be had that a selector with these modifiers reads.</param>
    public VectorNode PlanSelector(VectorSelector selector, StepGrid grid, bool timestamps, TimeModifiers? within = null) => trace is null
        ? MakeSelector(selector, grid, timestamps, within)
        : trace.Vector(selector, grid, once: false, () => MakeSelector(selector, grid, timestamps, within));

    private VectorSelectorNode MakeSelector(VectorSelector selector, StepGrid grid, bool timestamps, TimeModifiers? within)
    {
        var windows = WindowsOf(selector.Time, Settings.LookbackMs, grid);
        var read = within is null ? windows : WindowsOf(within.Value, Settings.LookbackMs, grid);
        return new VectorSelectorNode(Select(selector, read, grid, timestamps ? SampleReading.Presence : SampleReading.Last), windows, timestamps, grid);
    }

    /// <summary>The range that an anchored or smoothed selector gives a function.</summary>
    public RangeNode PlanEdgedRange(MatrixSelector matrix, StepGrid grid, SampleReading reading) => trace is null
        ? MakeEdgedRange(matrix.Vector, matrix.RangeMs, grid, reading)
        : trace.Range(matrix, grid, () => MakeEdgedRange(matrix.Vector, matrix.RangeMs, grid, reading));

    /// <summary>A range of an anchored or smoothed selector: its samples reach beyond its windows by the lookback, at the right only for the smoothed.</summary>
    private RangeSelectorNode MakeEdgedRange(VectorSelector selector, long rangeMs, StepGrid grid, SampleReading reading)
    {
        var windows = WindowsOf(selector.Time, rangeMs, grid);
        var after = selector.Window == SelectorWindow.Smoothed ? Settings.LookbackMs : 0;
        var samples = windows with { FirstEndMs = windows.FirstEndMs + after, RangeMs = rangeMs + Settings.LookbackMs + after };
        return new RangeSelectorNode(Select(selector, samples, grid, reading), windows, grid);
    }

    private static string PlanString(Expr expr) => ((StringLiteral)Unwrap(expr)).Value;

    private SubqueryNode PlanSubquery(SubqueryExpr subquery, StepGrid grid)
    {
        var windows = WindowsOf(subquery.Time, subquery.RangeMs, grid);
        var resolution = subquery.StepMs > 0 ? subquery.StepMs : Settings.DefaultSubqueryStepMs;
        // The first multiple of the resolution after the first window's left end, which is excluded. Division truncates towards zero.
        var leftEnd = windows.FirstEndMs - subquery.RangeMs;
        var first = resolution * (leftEnd / resolution);
        if (first <= leftEnd)
        {
            first += resolution;
        }
        var end = windows.LastEndMs + (subquery.Time.At == AtKind.None ? grid.BeyondMs : 0);
        var inner = grid.Count == 0 ? new StepGrid(first, resolution, 0) : StepGrid.Between(first, end, resolution, Settings.MaxSteps);
        return new SubqueryNode(PlanVector(subquery.Inner, inner), windows, grid);
    }

    private VectorNode PlanBinary(BinaryExpr binary, StepGrid grid)
    {
        if (binary.Left.Type == ExprType.Scalar)
        {
            return new VectorScalarNode(binary, PlanVector(binary.Right, grid), PlanScalar(binary.Left, grid), scalarOnLeft: true);
        }
        if (binary.Right.Type == ExprType.Scalar)
        {
            return new VectorScalarNode(binary, PlanVector(binary.Left, grid), PlanScalar(binary.Right, grid), scalarOnLeft: false);
        }
        var left = PlanVector(binary.Left, grid);
        var right = PlanVector(binary.Right, grid);
        if (!binary.Operator.IsSet())
        {
            return new VectorMatchNode(binary, left, right);
        }
        return new SetOperatorNode(binary, left, binary.Operator == BinaryOperator.Or ? right : Valueless(right));
    }

    private VectorNode PlanAggregate(AggregateExpr aggregate, StepGrid grid)
    {
        var makesOne = !aggregate.Without && aggregate.Grouping.Count == 0;
        var outer = _orderMatters;
        _orderMatters = aggregate.Operator switch
        {
            // Of equals they take those that come first.
            AggregateOperator.TopK or AggregateOperator.BottomK or AggregateOperator.LimitK or AggregateOperator.LimitRatio => true,
            AggregateOperator.CountValues => outer,
            _ => outer && !makesOne,
        };
        var operand = PlanVector(aggregate.Operand, grid);
        operand = _orderMatters ? operand : Unordered(operand);
        operand = aggregate.Operator is AggregateOperator.Count or AggregateOperator.Group ? Valueless(operand) : operand;
        _orderMatters = outer;
        switch (aggregate.Operator)
        {
            case AggregateOperator.CountValues:
                return new CountValuesNode(aggregate, operand, PlanString(aggregate.Parameter!));
            case AggregateOperator.TopK or AggregateOperator.BottomK or AggregateOperator.LimitK or AggregateOperator.LimitRatio:
                return new SelectKNode(aggregate, operand, PlanScalar(aggregate.Parameter!, grid));
            default:
                return new AggregateNode(aggregate, operand, aggregate.Parameter is null ? null : PlanScalar(aggregate.Parameter, grid));
        }
    }

    /// <summary>For aggregations whose groups may come in any order. Sums are compensated, so that they have the same digits in any order too.</summary>
    private VectorNode Unordered(VectorNode operand) => operand.Untraced switch
    {
        SharedVectorNode shared => operand.InPlaceOf(Unordered(shared)),
        VectorSelectorNode selector => operand.InPlaceOf(selector.Unordered()),
        RangeCallNode call => operand.InPlaceOf(call.Unordered()),
        _ => operand,
    };

    /// <summary>For who looks at no value: then none has to be decoded.</summary>
    public static VectorNode Valueless(VectorNode operand) =>
        operand.Untraced is VectorSelectorNode selector ? operand.InPlaceOf(selector.Valueless()) : operand;

    /// <summary>Shared with those only whose order does not matter either.</summary>
    private SharedVectorNode Unordered(SharedVectorNode shared)
    {
        shared.Part.Left--;
        return new SharedVectorNode(Unordered(shared.Own), SharedPartOf(shared.Part.Text, shared.Grid, ordered: false));
    }

    private WindowGeometry WindowsOf(TimeModifiers time, long rangeMs, StepGrid grid) => time.At switch
    {
        AtKind.Timestamp => new WindowGeometry(time.AtTimestampMs - time.OffsetMs, 0, rangeMs, grid.Count),
        AtKind.Start => new WindowGeometry(Settings.StartMs - time.OffsetMs, 0, rangeMs, grid.Count),
        AtKind.End => new WindowGeometry(Settings.EndMs - time.OffsetMs, 0, rangeMs, grid.Count),
        _ => new WindowGeometry(grid.StartMs - time.OffsetMs, grid.StepMs, rangeMs, grid.Count),
    };

    private SeriesSelection Select(VectorSelector selector, WindowGeometry windows, StepGrid grid, SampleReading reading)
    {
        var hints = new SelectHints(reading, grid.IsInstant ? 0 : grid.StepMs, windows.RangeMs);
        var selection = new SeriesSelection(selector.Matchers, windows.MinTimeMs, windows.LastEndMs, hints) { WithoutBuckets = ReferenceEquals(selector, bucketless) };
        if (grid.Count > 0)
        {
            MinTimeMs = Math.Min(MinTimeMs, selection.MinTimeMs);
            MaxTimeMs = Math.Max(MaxTimeMs, selection.MaxTimeMs);
        }
        return selection;
    }
}

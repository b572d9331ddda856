using Touchline.Model;
using Touchline.PromQL.Evaluation.Binary;
using Touchline.PromQL.Syntax;

namespace Touchline.PromQL.Evaluation;

internal sealed class ConstantNode(double value, StepGrid grid) : ScalarNode(grid)
{
    public override double? Constant => value;

    public override double[] Evaluate(QueryContext context)
    {
        var values = new double[Grid.Count];
        Array.Fill(values, value);
        return values;
    }
}

/// <summary><c>time()</c>: the time of each step in seconds.</summary>
internal sealed class StepTimeNode(StepGrid grid) : ScalarNode(grid)
{
    public override double[] Evaluate(QueryContext context)
    {
        var values = new double[Grid.Count];
        for (var step = 0; step < values.Length; step++)
        {
            values[step] = Grid.TimeAt(step) / 1000.0;
        }
        return values;
    }
}

internal sealed class NegatedScalarNode(ScalarNode operand) : ScalarNode(operand.Grid)
{
    public override double[] Evaluate(QueryContext context)
    {
        var values = operand.Evaluate(context);
        for (var step = 0; step < values.Length; step++)
        {
            values[step] = -values[step];
        }
        return values;
    }
}

internal sealed class ScalarBinaryNode(BinaryOperator op, ScalarNode left, ScalarNode right) : ScalarNode(left.Grid)
{
    public override double[] Evaluate(QueryContext context)
    {
        var values = left.Evaluate(context);
        var others = right.Evaluate(context);
        for (var step = 0; step < values.Length; step++)
        {
            values[step] = FloatOperators.Scalar(op, values[step], others[step]);
        }
        return values;
    }
}

/// <summary><c>scalar(v)</c>: the value of the only float series at a step, NaN where there is none or more than one.</summary>
internal sealed class ScalarOfVectorNode(VectorNode operand) : ScalarNode(operand.Grid)
{
    public override double[] Evaluate(QueryContext context)
    {
        var values = new double[Grid.Count];
        Array.Fill(values, double.NaN);
        var seen = new int[Grid.Count];
        var series = operand.Evaluate(context);
        foreach (var column in series)
        {
            context.Deadline.ThrowIfOver();
            var floats = column.FloatMask();
            for (var step = floats.Next(0); step >= 0; step = floats.Next(step + 1))
            {
                values[step] = ++seen[step] == 1 ? column.Values[step] : double.NaN;
            }
        }
        context.Budget.Release(series);
        return values;
    }
}

/// <summary><c>vector(s)</c>: one series without labels.</summary>
internal sealed class VectorOfScalarNode(ScalarNode operand) : VectorNode(operand.Grid)
{
    public override List<SeriesColumn> Evaluate(QueryContext context)
    {
        context.Budget.Reserve(Grid.Count);
        return [new SeriesColumn(Labels.Empty, StepMask.Full(Grid.Count), operand.Evaluate(context))];
    }
}

using System.Collections.Frozen;
using Touchline.Model;
using Touchline.PromQL.Evaluation.Numerics;

namespace Touchline.PromQL.Evaluation.Functions;

/// <summary><c>timestamp()</c> of anything but a selector: the time of the step itself.</summary>
internal sealed class StepTimestampNode(VectorNode vector) : VectorNode(vector.Grid)
{
    public override List<SeriesColumn> Evaluate(QueryContext context)
    {
        var times = new double[Grid.Count];
        for (var step = 0; step < times.Length; step++)
        {
            times[step] = Grid.TimeAt(step) / 1000.0;
        }
        return SeriesMerge.Merge(context.Deadline, vector.Evaluate(context).ConvertAll(c => new SeriesColumn(context.Unnamed(c.Labels), c.Present, times)));
    }
}

/// <summary><c>timestamp()</c> of a selector, which has found the times of the samples.</summary>
internal sealed class WithoutNameNode(VectorNode vector) : VectorNode(vector.Grid)
{
    public override List<SeriesColumn> Evaluate(QueryContext context) =>
        SeriesMerge.Merge(context.Deadline, vector.Evaluate(context).ConvertAll(c => c.WithLabels(context.Unnamed(c.Labels))));
}

/// <summary>Parts of a date in UTC.</summary>
internal static class DateFunctions
{
    public static FrozenDictionary<string, ElementwiseNode.Function> ByName { get; } = new Dictionary<string, ElementwiseNode.Function>
    {
        ["minute"] = (v, _, _) => CivilTime.FromUnixSeconds(v).Minute,
        ["hour"] = (v, _, _) => CivilTime.FromUnixSeconds(v).Hour,
        ["day_of_week"] = (v, _, _) => CivilTime.FromUnixSeconds(v).DayOfWeek,
        ["day_of_month"] = (v, _, _) => CivilTime.FromUnixSeconds(v).Day,
        ["day_of_year"] = (v, _, _) => CivilTime.FromUnixSeconds(v).DayOfYear,
        ["days_in_month"] = (v, _, _) => CivilTime.FromUnixSeconds(v).DaysInMonth,
        ["month"] = (v, _, _) => CivilTime.FromUnixSeconds(v).Month,
        ["year"] = (v, _, _) => CivilTime.FromUnixSeconds(v).Year,
    }.ToFrozenDictionary();
}

namespace Touchline.PromQL.Syntax;

/// <summary>Names of aggregations, and which take a parameter.</summary>
public static class AggregateOperators
{
    public static bool HasParameter(this AggregateOperator op) => op is AggregateOperator.TopK or AggregateOperator.BottomK or AggregateOperator.CountValues
        or AggregateOperator.Quantile or AggregateOperator.LimitK or AggregateOperator.LimitRatio;

    /// <summary>The aggregation as queries write it.</summary>
    public static string Name(this AggregateOperator op) => op switch
    {
        AggregateOperator.Sum => "sum",
        AggregateOperator.Avg => "avg",
        AggregateOperator.Count => "count",
        AggregateOperator.Min => "min",
        AggregateOperator.Max => "max",
        AggregateOperator.Group => "group",
        AggregateOperator.Stddev => "stddev",
        AggregateOperator.Stdvar => "stdvar",
        AggregateOperator.TopK => "topk",
        AggregateOperator.BottomK => "bottomk",
        AggregateOperator.CountValues => "count_values",
        AggregateOperator.Quantile => "quantile",
        AggregateOperator.LimitK => "limitk",
        _ => "limit_ratio",
    };
}

using System.Text.Json.Serialization;
using Touchline.Web.Formatting;

namespace Touchline.Web.Charts;

/// <summary>One query of a chart. The legend may name labels (<c>{{mode}}</c>); without one a series is called by all of its labels.</summary>
public sealed record ChartQuery(string Query, string? Legend = null);

[JsonConverter(typeof(JsonStringEnumConverter<ChartKind>))]
public enum ChartKind
{
    Line,
    Area,
    Stack,
}

[JsonConverter(typeof(JsonStringEnumConverter<LegendKind>))]
public enum LegendKind
{
    None,

    /// <summary>Names only, in a row under the chart.</summary>
    Row,

    /// <summary>A table with minimum, mean, maximum and last value of each series.</summary>
    Table,
}

/// <summary>All that the browser needs to draw a chart and keep it fresh. Sent when it changes; the data follows by <c>fetch()</c>.</summary>
internal sealed record ChartSpec
{
    public required IReadOnlyList<ChartQuery> Queries { get; init; }

    public required string From { get; init; }

    public required string To { get; init; }

    [JsonConverter(typeof(JsonStringEnumConverter<Unit>))]
    public Unit Unit { get; init; }

    public ChartKind Kind { get; init; }

    public LegendKind Legend { get; init; } = LegendKind.Row;

    public double? Min { get; init; }

    public double? Max { get; init; }

    /// <summary>Set where queries use <c>$__rate_interval</c>: the interval of the scrapes behind them, as a duration.</summary>
    public string? Scrape { get; init; }

    public string? Step { get; init; }

    public int? SeriesLimit { get; init; }

    /// <summary>Of an answer of native histograms: the one to draw, by its labels as text; null for the sum of all.</summary>
    public string? Histogram { get; init; }

    /// <summary>What the histograms observe.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter<Unit>))]
    public Unit BucketUnit { get; init; }

    /// <summary>What their counts are: observations, or observations a second.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter<Unit>))]
    public Unit CountUnit { get; init; }

    /// <summary>What stands in the empty chart.</summary>
    public string Empty { get; init; } = "No data in this time range";
}

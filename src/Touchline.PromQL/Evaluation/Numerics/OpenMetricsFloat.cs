namespace Touchline.PromQL.Evaluation.Numerics;

/// <summary>Floats as OpenMetrics writes them in labels: whole numbers with <c>.0</c>.</summary>
internal static class OpenMetricsFloat
{
    public static string Format(double value)
    {
        var text = GoFormat.General(value);
        return double.IsFinite(value) && !text.Contains('.', StringComparison.Ordinal) && !text.Contains('e', StringComparison.Ordinal) ? text + ".0" : text;
    }
}

namespace Touchline.PromQL.Evaluation.Windows;

/// <summary>All windows of a series that is nothing but floats: its values, and which rows of them each step sees.</summary>
internal readonly ref struct FloatWindows(WindowRows rows, ReadOnlySpan<double> values)
{
    public WindowRows Rows { get; } = rows;

    public ReadOnlySpan<double> Values { get; } = values;

    public ReadOnlySpan<long> Times => Rows.Times;

    public ReadOnlySpan<int> From => Rows.From;

    public ReadOnlySpan<int> To => Rows.To;
}

using System.Globalization;
using Touchline.Model;
using Touchline.PromQL.Syntax;

namespace Touchline.PromQL.Scripts;

/// <summary>Compares an answer with what a script expects. Each method gives what differs, or null.</summary>
internal static class ResultComparison
{
    public static string? Compare(EvalCommand eval, QueryResult result)
    {
        if (eval.Scalar is not null && result.Type is not ExprType.Scalar)
        {
            return $"expected a scalar, the answer is a {result.Type.Name()}";
        }
        return result.Type switch
        {
            ExprType.Scalar => CompareScalar(eval, result.Scalar.Value),
            ExprType.String => eval.String == result.String
                ? null
                : $"expected the string {(eval.String is null ? "of no expectation" : QuotedString.Of(eval.String))}, got {QuotedString.Of(result.String)}",
            ExprType.Vector => CompareVector(eval, result.Vector),
            _ => CompareMatrix(eval, result.Matrix),
        };
    }

    /// <summary>A range answer must be ordered by labels.</summary>
    public static string? FindUnsorted(IReadOnlyList<SeriesColumns> matrix)
    {
        for (var i = 1; i < matrix.Count; i++)
        {
            if (matrix[i - 1].Labels.CompareTo(matrix[i].Labels) > 0)
            {
                return $"a range answer must be ordered by labels, but {matrix[i - 1].Labels} comes before {matrix[i].Labels}";
            }
        }
        return null;
    }

    /// <summary>What a range answer says at one time, as an instant answer.</summary>
    public static QueryResult AtTime(QueryResult range, ExprType type, long timeMs)
    {
        var vector = new List<VectorSample>();
        foreach (var series in range.Matrix)
        {
            var row = series.Timestamps.Span.IndexOf(timeMs);
            if (row >= 0)
            {
                vector.Add(new VectorSample(series.Labels, timeMs, series.Values.Span[row], series.Histograms?[row]));
            }
        }
        return type == ExprType.Scalar && vector is [var only]
            ? new QueryResult { Type = ExprType.Scalar, Scalar = new Sample(timeMs, only.Value) }
            : new QueryResult { Type = ExprType.Vector, Vector = vector };
    }

    private static string? CompareScalar(EvalCommand eval, double value) =>
        eval.Scalar is not { } expected ? $"expected {Expectation(eval)}, the answer is the scalar {SampleValue.Format(value)}"
        : AlmostEqual.Numbers(expected, value) ? null
        : $"expected {SampleValue.Format(expected)}, got {SampleValue.Format(value)}";

    private static string? CompareVector(EvalCommand eval, IReadOnlyList<VectorSample> vector)
    {
        var expected = ByLabels(eval);
        var seen = new HashSet<Labels>();
        for (var position = 0; position < vector.Count; position++)
        {
            var sample = vector[position];
            var text = Format(sample.Value, sample.Histogram);
            if (!expected.TryGetValue(sample.Labels, out var entry))
            {
                return $"unexpected {sample.Labels} with {text}";
            }
            if (!seen.Add(sample.Labels))
            {
                return $"{sample.Labels} is there twice";
            }
            if (eval.Ordered && entry.Position != position)
            {
                return $"expected {sample.Labels} at position {entry.Position + 1}, it is at {position + 1}";
            }
            if (entry.Series.Values is not [var value, ..] || !Matches(value, sample.Value, sample.Histogram))
            {
                return $"expected {Format(entry.Series)} for {sample.Labels}, got {text}";
            }
        }
        return FindMissing(eval, seen);
    }

    private static string? CompareMatrix(EvalCommand eval, IReadOnlyList<SeriesColumns> matrix)
    {
        if (eval.Ordered)
        {
            return "an order was expected, but the answer is a matrix";
        }
        var expected = ByLabels(eval);
        var seen = new HashSet<Labels>();
        foreach (var series in matrix)
        {
            if (!expected.TryGetValue(series.Labels, out var entry))
            {
                return $"unexpected {series.Labels} with {Format(series)}";
            }
            if (!seen.Add(series.Labels))
            {
                return $"{series.Labels} is there twice";
            }
            if (ComparePoints(eval, entry.Series, series) is { } different)
            {
                return different;
            }
        }
        return FindUnsorted(matrix) ?? FindMissing(eval, seen);
    }

    private static string? ComparePoints(EvalCommand eval, SeriesDescription expected, SeriesColumns got)
    {
        var row = 0;
        for (var i = 0; i < expected.Values.Count; i++)
        {
            var time = eval.StartMs + i * eval.StepMs;
            if (time > eval.EndMs)
            {
                return $"line {expected.Line}: {expected.Values.Count} points are expected of {expected.Labels}, more than there are steps";
            }
            if (expected.Values[i].Omitted)
            {
                continue;
            }
            if (row >= got.Timestamps.Length || got.Timestamps.Span[row] != time)
            {
                return $"expected a point of {expected.Labels} at {Seconds(time)}, got {Format(got)}";
            }
            if (!Matches(expected.Values[i], got.Values.Span[row], got.Histograms?[row]))
            {
                return $"expected {Format(expected.Values[i])} for {expected.Labels} at {Seconds(time)}, got {Format(got.Values.Span[row], got.Histograms?[row])}"
                    + $" (all points: {Format(got)})";
            }
            row++;
        }
        return row == got.Timestamps.Length ? null : $"unexpected point of {expected.Labels} at {Seconds(got.Timestamps.Span[row])}, got {Format(got)}";
    }

    private static bool Matches(SequenceValue expected, double value, NativeHistogram? histogram) =>
        expected.Histogram is null
            ? histogram is null && !expected.Omitted && AlmostEqual.Numbers(expected.Number, value)
            : histogram is not null && AlmostEqual.Histograms(expected.Histogram, histogram, expected.HintGiven);

    private static Dictionary<Labels, (int Position, SeriesDescription Series)> ByLabels(EvalCommand eval)
    {
        var byLabels = new Dictionary<Labels, (int, SeriesDescription)>();
        for (var i = 0; i < eval.Series.Count; i++)
        {
            byLabels[eval.Series[i].Labels] = (i, eval.Series[i]);
        }
        return byLabels;
    }

    private static string? FindMissing(EvalCommand eval, HashSet<Labels> seen) =>
        eval.Series.FirstOrDefault(s => !seen.Contains(s.Labels)) is { } missing ? $"expected {missing.Labels} with {Format(missing)}, it is not there" : null;

    private static string Expectation(EvalCommand eval) => eval.String is not null ? "a string" : eval.Series.Count == 0 ? "no series" : $"{eval.Series.Count} series";

    private static string Seconds(long timeMs) => (timeMs / 1000.0).ToString(CultureInfo.InvariantCulture) + " s";

    private static string Format(double value, NativeHistogram? histogram) => histogram is null ? SampleValue.Format(value) : HistogramNotation.Format(histogram);

    private static string Format(SequenceValue value) => value.Omitted ? "_" : Format(value.Number, value.Histogram);

    private static string Format(SeriesDescription series) => string.Join(' ', series.Values.Select(Format));

    private static string Format(SeriesColumns series)
    {
        var points = new string[series.Timestamps.Length];
        for (var i = 0; i < points.Length; i++)
        {
            points[i] = $"{Format(series.Values.Span[i], series.Histograms?[i])} @ {Seconds(series.Timestamps.Span[i])}";
        }
        return points.Length == 0 ? "no points" : string.Join(", ", points);
    }
}

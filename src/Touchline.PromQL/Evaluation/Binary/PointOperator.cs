using Touchline.Model;
using Touchline.PromQL.Evaluation.Histograms;
using Touchline.PromQL.Syntax;

namespace Touchline.PromQL.Evaluation.Binary;

/// <summary>
/// Applies one binary operator to pairs of columns: whole columns where both sides are floats, point by point where histograms take
/// part. Comparisons keep the points that hold (with the value of the side that stands for the series), or are 1 and 0 with bool.
/// </summary>
internal sealed class PointOperator(BinaryOperator op, bool returnBool, TextSpan span, AnnotationSink annotations)
{
    private readonly Dictionary<int, (int Series, Action Note)> _lastNotes = [];
    private int _steps;

    public bool DropsName { get; } = !(op.IsComparison() || op.IsTrim()) || returnBool;

    /// <summary>The place of the series that is looked at among all of its side.</summary>
    public int Series { get; set; }

    /// <summary>Steps of the last pair at which the samples did not fit together; null where there are none.</summary>
    public StepMask? Misfits { get; private set; }

    /// <summary>Tells what was noted: of the pairs of a step only the last that did not fit, as Prometheus does.</summary>
    public void TellNotes()
    {
        foreach (var step in _lastNotes.Keys.Order())
        {
            _lastNotes[step].Note();
        }
        _lastNotes.Clear();
    }

    /// <summary>Both columns of the same grid; the result has points only where <paramref name="where"/> has bits, at most.</summary>
    /// <param name="keepRight">Whether a filter keeps the right side's values: the series is that of the right side.</param>
    public SeriesColumn Apply(Labels labels, StepMask where, SeriesColumn left, SeriesColumn right, bool keepRight)
    {
        Misfits = null;
        if (left.Histograms is not null || right.Histograms is not null || op.IsTrim())
        {
            return ApplyWithHistograms(labels, where, left, right, keepRight);
        }
        var values = new double[left.Values.Length];
        if (!op.IsComparison())
        {
            FloatOperators.Arithmetic(op, left.Values, right.Values, values);
            return new SeriesColumn(labels, where, values);
        }
        if (returnBool)
        {
            for (var step = where.Next(0); step >= 0; step = where.Next(step + 1))
            {
                values[step] = FloatOperators.Compare(op, left.Values[step], right.Values[step]) ? 1 : 0;
            }
            return new SeriesColumn(labels, where, values);
        }
        var kept = new StepMask(values.Length);
        for (var step = where.Next(0); step >= 0; step = where.Next(step + 1))
        {
            if (FloatOperators.Compare(op, left.Values[step], right.Values[step]))
            {
                kept.Set(step);
            }
        }
        return new SeriesColumn(labels, kept, keepRight ? right.Values : left.Values);
    }

    private SeriesColumn ApplyWithHistograms(Labels labels, StepMask where, SeriesColumn left, SeriesColumn right, bool keepRight)
    {
        _steps = left.Values.Length;
        var builder = new SeriesColumnBuilder(_steps);
        for (var step = where.Next(0); step >= 0; step = where.Next(step + 1))
        {
            var l = left.HistogramAt(step);
            var r = right.HistogramAt(step);
            if (op.IsComparison())
            {
                Compare(builder, step, l, left.Values[step], r, right.Values[step], keepRight);
            }
            else if (l is null && r is null && !op.IsTrim())
            {
                builder.Set(step, FloatOperators.Arithmetic(op, left.Values[step], right.Values[step]));
            }
            else if (Combine(step, l, left.Values[step], r, right.Values[step]) is { } combined)
            {
                builder.Set(step, combined);
            }
        }
        return builder.Build(labels);
    }

    private void Compare(SeriesColumnBuilder builder, int step, NativeHistogram? l, double leftValue, NativeHistogram? r, double rightValue, bool keepRight)
    {
        bool holds;
        if (l is null && r is null)
        {
            holds = FloatOperators.Compare(op, leftValue, rightValue);
        }
        else if (op is BinaryOperator.Equal or BinaryOperator.NotEqual)
        {
            if (l is null || r is null)
            {
                NoteIncompatible(step, l, r);
                return;
            }
            holds = HistogramArithmetic.AreEqual(l, r) == (op == BinaryOperator.Equal);
        }
        else
        {
            NoteIncompatible(step, l, r);
            return;
        }
        if (returnBool)
        {
            builder.Set(step, holds ? 1 : 0);
        }
        else if (holds)
        {
            var kept = keepRight ? r : l;
            if (kept is null)
            {
                builder.Set(step, keepRight ? rightValue : leftValue);
            }
            else
            {
                builder.Set(step, kept);
            }
        }
    }

    private NativeHistogram? Combine(int step, NativeHistogram? l, double leftValue, NativeHistogram? r, double rightValue)
    {
        switch (op)
        {
            case BinaryOperator.Add or BinaryOperator.Subtract when l is not null && r is not null:
                var sum = op == BinaryOperator.Add
                    ? HistogramArithmetic.Add(l, r, out _)
                    : HistogramArithmetic.Subtract(l, r, out _);
                if (sum is null)
                {
                    WarnOfMismatch(step);
                    return null;
                }
                return HistogramArithmetic.Compact(op == BinaryOperator.Subtract ? sum with { CounterResetHint = CounterResetHint.Gauge } : sum);
            case BinaryOperator.Multiply when l is null != r is null:
                return HistogramArithmetic.Compact(HistogramArithmetic.Multiply(l ?? r!, l is null ? leftValue : rightValue));
            case BinaryOperator.Divide when l is not null && r is null:
                return HistogramArithmetic.Compact(HistogramArithmetic.Divide(l, rightValue));
            case BinaryOperator.TrimUpper or BinaryOperator.TrimLower when l is not null && r is null:
                return HistogramTrim.Apply(l, rightValue, upper: op == BinaryOperator.TrimUpper);
            default:
                NoteIncompatible(step, l, r);
                return null;
        }
    }

    private void NoteIncompatible(int step, NativeHistogram? l, NativeHistogram? r)
    {
        var symbol = op.Text();
        Note(step, () => annotations.Inform(
            $"incompatible sample types encountered for binary operator \"{symbol}\": {Kind(l)} {symbol} {Kind(r)}", span));
    }

    private void WarnOfMismatch(int step) =>
        Note(step, () => annotations.Warn($"incompatible bucket layout encountered for binary operator {op.Text()}", span));

    private void Note(int step, Action note)
    {
        (Misfits ??= new StepMask(_steps)).Set(step);
        if (!_lastNotes.TryGetValue(step, out var last) || last.Series <= Series)
        {
            _lastNotes[step] = (Series, note);
        }
    }

    private static string Kind(NativeHistogram? h) => h is null ? "float" : "histogram";
}

using Touchline.Model;
using Touchline.PromQL.Syntax;

namespace Touchline.PromQL.Evaluation.Histograms;

/// <summary>Differences of native histograms over a window, not yet extrapolated.</summary>
internal static class HistogramRates
{
    /// <summary>Last minus first with counter resets made up for; null where the histograms do not fit together.</summary>
    public static NativeHistogram? Difference(ReadOnlySpan<NativeHistogram> samples, bool isCounter, string metricName, TextSpan span, AnnotationSink annotations)
    {
        var first = samples[0];
        var last = samples[^1];
        var noCounter = isCounter && HasGauge(samples);
        if (isCounter && HistogramResets.IsReset(first, samples[1]))
        {
            // The first sample does not count after a reset, so its layout must not matter either.
            first = new NativeHistogram { Schema = samples[1].Schema, CustomBounds = samples[1].CustomBounds, IsFloat = true };
        }
        var schema = Math.Min(first.Schema, last.Schema);
        foreach (var sample in samples[1..^1])
        {
            if (!isCounter)
            {
                break;
            }
            if (HistogramArithmetic.UsesCustomBounds(sample) != HistogramArithmetic.UsesCustomBounds(last))
            {
                if (noCounter)
                {
                    HistogramNotes.WarnNotCounter(metricName, span, annotations);
                }
                HistogramNotes.WarnOfMismatch(HistogramMismatch.ExponentialWithCustom, metricName, span, annotations);
                return null;
            }
            schema = Math.Min(schema, sample.Schema);
        }
        var result = HistogramArithmetic.Subtract(HistogramArithmetic.ReduceTo(last, schema), first, out var mismatch);
        if (isCounter && result is not null)
        {
            var previous = first;
            foreach (var sample in samples[1..])
            {
                if (HistogramResets.IsReset(previous, sample))
                {
                    result = HistogramArithmetic.Add(result, previous, out mismatch);
                    if (result is null)
                    {
                        break;
                    }
                }
                previous = sample;
            }
        }
        if (result is null)
        {
            // As in Prometheus this is then all that is said.
            HistogramNotes.WarnOfMismatch(mismatch, metricName, span, annotations);
            return null;
        }
        if (noCounter)
        {
            HistogramNotes.WarnNotCounter(metricName, span, annotations);
        }
        if (!isCounter && (samples[0].CounterResetHint != CounterResetHint.Gauge || last.CounterResetHint != CounterResetHint.Gauge))
        {
            HistogramNotes.WarnNotGauge(metricName, span, annotations);
        }
        return HistogramArithmetic.Compact(result) with { CounterResetHint = CounterResetHint.Gauge };
    }

    /// <summary>The difference of two neighbouring samples, for <c>irate</c> (of counters) and <c>idelta</c> (of gauges).</summary>
    public static NativeHistogram? InstantDifference(
        NativeHistogram previous, NativeHistogram last, bool isCounter, string metricName, TextSpan span, AnnotationSink annotations)
    {
        var gauges = (previous.CounterResetHint == CounterResetHint.Gauge ? 1 : 0) + (last.CounterResetHint == CounterResetHint.Gauge ? 1 : 0);
        if (isCounter && gauges > 0)
        {
            HistogramNotes.WarnNotCounter(metricName, span, annotations);
        }
        if (!isCounter && gauges < 2)
        {
            HistogramNotes.WarnNotGauge(metricName, span, annotations);
        }
        if (isCounter && HistogramResets.IsReset(previous, last))
        {
            return HistogramArithmetic.Compact(last) with { CounterResetHint = CounterResetHint.Gauge };
        }
        var difference = HistogramArithmetic.Subtract(last, previous, out var mismatch);
        if (difference is null)
        {
            HistogramNotes.WarnOfMismatch(mismatch, metricName, span, annotations);
            return null;
        }
        return HistogramArithmetic.Compact(difference) with { CounterResetHint = CounterResetHint.Gauge };
    }

    private static bool HasGauge(ReadOnlySpan<NativeHistogram> samples)
    {
        foreach (var sample in samples)
        {
            if (sample.CounterResetHint == CounterResetHint.Gauge)
            {
                return true;
            }
        }
        return false;
    }
}

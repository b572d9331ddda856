using Touchline.Model;
using Touchline.PromQL.Evaluation.Histograms;

namespace Touchline.PromQL.Evaluation.Windows;

/// <summary>What a range function makes of one window: nothing, a float or a histogram.</summary>
internal readonly struct WindowPoint
{
    private WindowPoint(double value, NativeHistogram? histogram)
    {
        HasValue = true;
        Value = value;
        Histogram = histogram;
    }

    public static WindowPoint None => default;

    public bool HasValue { get; }

    public double Value { get; }

    public NativeHistogram? Histogram { get; }

    public WindowPoint Times(double factor)
    {
        if (Histogram is not null)
        {
            return HistogramArithmetic.Multiply(Histogram, factor);
        }
        return HasValue ? Value * factor : None;
    }

    public static implicit operator WindowPoint(double value) => new(value, null);

    public static implicit operator WindowPoint(NativeHistogram? histogram) => histogram is null ? default : new(0, histogram);
}

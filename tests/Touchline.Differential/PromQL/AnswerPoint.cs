using System.Globalization;
using System.Text.Json;
using Touchline.Model;
using Touchline.PromQL.Evaluation.Histograms;

namespace Touchline.Differential.PromQL;

/// <summary>One value: a number, or a native histogram as its API form (count, sum and the populated buckets in order).</summary>
internal sealed record AnswerPoint(double Value, string? Text, IReadOnlyList<double>? Histogram = null)
{
    private const double Tolerance = 1e-9;

    public static AnswerPoint Of(double value, NativeHistogram? histogram)
    {
        if (histogram is null)
        {
            return new AnswerPoint(value, null);
        }
        var numbers = new List<double> { histogram.Count, histogram.Sum };
        foreach (var bucket in BucketBounds.All(histogram).Where(b => b.Count != 0))
        {
            numbers.AddRange([bucket.Lower, bucket.Upper, bucket.Count]);
        }
        return new AnswerPoint(0, null, numbers);
    }

    public static AnswerPoint Of(JsonElement histogram)
    {
        var numbers = new List<double> { Number(histogram.GetProperty("count")), Number(histogram.GetProperty("sum")) };
        if (histogram.TryGetProperty("buckets", out var buckets))
        {
            foreach (var bucket in buckets.EnumerateArray())
            {
                numbers.AddRange([Number(bucket[1]), Number(bucket[2]), Number(bucket[3])]);
            }
        }
        return new AnswerPoint(0, null, numbers);
    }

    public bool IsClose(AnswerPoint other)
    {
        if (Text != other.Text)
        {
            return false;
        }
        if (Histogram is null || other.Histogram is null)
        {
            return Histogram is null && other.Histogram is null && IsClose(Value, other.Value);
        }
        return Histogram.Count == other.Histogram.Count && Histogram.Zip(other.Histogram).All(p => IsClose(p.First, p.Second));
    }

    public override string ToString() =>
        Histogram is null ? Text ?? Value.ToString("R", CultureInfo.InvariantCulture) : $"[{string.Join(' ', Histogram)}]";

    private static bool IsClose(double a, double b) =>
        a.Equals(b) || Math.Abs(a - b) <= Tolerance * Math.Max(Math.Abs(a), Math.Abs(b)) || (Math.Abs(a) < 1e-12 && Math.Abs(b) < 1e-12);

    private static double Number(JsonElement text) => SampleValue.TryParse(text.GetString()!, out var value) ? value : throw new FormatException(text.GetString());
}

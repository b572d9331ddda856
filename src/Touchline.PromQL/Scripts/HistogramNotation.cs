using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Touchline.Model;

namespace Touchline.PromQL.Scripts;

/// <summary>
/// Native histograms as scripts write them: <c>{{schema:0 sum:5 count:4 z_bucket:1 z_bucket_w:0.001 offset:0 buckets:[1 2 1] n_offset:0
/// n_buckets:[…] custom_values:[…] counter_reset_hint:gauge}}</c>.
/// </summary>
public static class HistogramNotation
{
    private static readonly (string Text, CounterResetHint Hint)[] Hints =
    [
        ("unknown", CounterResetHint.Unknown), ("reset", CounterResetHint.CounterReset), ("not_reset", CounterResetHint.NotCounterReset), ("gauge", CounterResetHint.Gauge),
    ];

    /// <summary>Writes a histogram in the form that scripts take.</summary>
    public static string Format(NativeHistogram histogram)
    {
        var text = new StringBuilder("{{");
        AppendUnless(text, "schema", histogram.Schema, 0);
        AppendUnless(text, "count", histogram.Count, 0);
        AppendUnless(text, "sum", histogram.Sum, 0);
        AppendUnless(text, "z_bucket", histogram.ZeroCount, 0);
        AppendUnless(text, "z_bucket_w", histogram.ZeroThreshold, 0);
        AppendList(text, "custom_values", histogram.CustomBounds);
        if (histogram.CounterResetHint != CounterResetHint.Unknown)
        {
            Separate(text).Append("counter_reset_hint:").Append(Hints.First(h => h.Hint == histogram.CounterResetHint).Text);
        }
        AppendBuckets(text, "", histogram.PositiveSpans, histogram.PositiveBuckets);
        AppendBuckets(text, "n_", histogram.NegativeSpans, histogram.NegativeBuckets);
        return text.Append("}}").ToString();
    }

    /// <summary>Reads what stands between the braces.</summary>
    internal static bool TryParse(string notation, [NotNullWhen(true)] out NativeHistogram? histogram, out bool hintGiven, out string error)
    {
        histogram = null;
        hintGiven = false;
        error = "";
        var built = new NativeHistogram { IsFloat = true };
        var seen = new HashSet<string>();
        long offset = 0;
        long negativeOffset = 0;
        var rest = notation.AsSpan().Trim();
        while (!rest.IsEmpty)
        {
            var colon = rest.IndexOf(':');
            if (colon <= 0)
            {
                error = $"expected a histogram part such as count:5, got {QuotedString.Of(rest.ToString())}";
                return false;
            }
            var key = rest[..colon].ToString().ToLowerInvariant();
            rest = rest[(colon + 1)..];
            var end = rest.StartsWith("[") ? rest.IndexOf(']') + 1 : rest.IndexOfAny(' ', '\t');
            end = end <= 0 ? rest.Length : end;
            var value = rest[..end].ToString();
            rest = rest[end..].TrimStart();
            if (!seen.Add(key))
            {
                error = $"duplicate key \"{key}\" in histogram";
                return false;
            }
            var good = key switch
            {
                "schema" => Number(value, out var x) && Set(built = built with { Schema = (int)x }),
                "sum" => Number(value, out var x) && Set(built = built with { Sum = x }),
                "count" => Number(value, out var x) && Set(built = built with { Count = x }),
                "z_bucket" => Number(value, out var x) && Set(built = built with { ZeroCount = x }),
                "z_bucket_w" => Number(value, out var x) && Set(built = built with { ZeroThreshold = x }),
                "custom_values" => List(value, out var list) && Set(built = built with { CustomBounds = list }),
                "buckets" => List(value, out var list) && Set(built = built with { PositiveBuckets = list }),
                "n_buckets" => List(value, out var list) && Set(built = built with { NegativeBuckets = list }),
                "offset" => long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out offset),
                "n_offset" => long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out negativeOffset),
                "counter_reset_hint" => Array.FindIndex(Hints, h => h.Text == value) is >= 0 and var i && Set(built = built with { CounterResetHint = Hints[i].Hint }),
                _ => false,
            };
            if (!good)
            {
                error = $"bad histogram part {QuotedString.Of(key + ":" + value)}";
                return false;
            }
        }
        hintGiven = seen.Contains("counter_reset_hint");
        histogram = built with
        {
            PositiveSpans = built.PositiveBuckets.Length > 0 ? [new BucketSpan((int)offset, (uint)built.PositiveBuckets.Length)] : [],
            NegativeSpans = built.NegativeBuckets.Length > 0 ? [new BucketSpan((int)negativeOffset, (uint)built.NegativeBuckets.Length)] : [],
        };
        return true;

        static bool Set(NativeHistogram _) => true;
    }

    private static bool Number(string text, out double value) => NumberText.TryParse(text, out value);

    private static bool List(string text, out double[] values)
    {
        values = [];
        if (!text.StartsWith('[') || !text.EndsWith(']'))
        {
            return false;
        }
        var words = text[1..^1].Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        values = new double[words.Length];
        for (var i = 0; i < words.Length; i++)
        {
            if (!Number(words[i], out values[i]))
            {
                return false;
            }
        }
        return true;
    }

    private static StringBuilder Separate(StringBuilder text) => text[^1] == '{' ? text : text.Append(' ');

    private static void AppendUnless(StringBuilder text, string key, double value, double unwritten)
    {
        if (!value.Equals(unwritten))
        {
            Separate(text).Append(key).Append(':').Append(SampleValue.Format(value));
        }
    }

    private static void AppendList(StringBuilder text, string key, double[] values)
    {
        if (values.Length > 0)
        {
            Separate(text).Append(key).Append(":[").AppendJoin(' ', values.Select(SampleValue.Format)).Append(']');
        }
    }

    /// <summary>The notation has one run of buckets only, so gaps between spans are written as zeros.</summary>
    private static void AppendBuckets(StringBuilder text, string prefix, BucketSpan[] spans, double[] buckets)
    {
        var first = spans.Length > 0 ? spans[0].Offset : 0;
        var filled = new List<double>();
        var next = 0;
        for (var i = 0; i < spans.Length; i++)
        {
            filled.AddRange(Enumerable.Repeat(0.0, i > 0 ? Math.Max(0, spans[i].Offset) : 0));
            for (var j = 0; j < spans[i].Length && next < buckets.Length; j++)
            {
                filled.Add(buckets[next++]);
            }
        }
        if (filled.Count > 0)
        {
            AppendUnless(text, prefix + "offset", first, 0);
            AppendList(text, prefix + "buckets", [.. filled]);
        }
    }
}

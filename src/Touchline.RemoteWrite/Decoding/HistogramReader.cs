using Touchline.Model;
using Touchline.RemoteWrite.Protobuf;

namespace Touchline.RemoteWrite.Decoding;

/// <summary>
/// Native histograms, whose message is the same in both versions. What it says is checked as Prometheus checks it, so that nothing
/// is stored that a query would stumble over. Source: prompb/types.proto and model/histogram of Prometheus.
/// </summary>
internal sealed class HistogramReader
{
    private const int MinExponentialSchema = -4;
    private const int MaxExponentialSchema = 8;

    private readonly List<BucketSpan> _negativeSpans = [];
    private readonly List<BucketSpan> _positiveSpans = [];
    private readonly List<double> _negativeBuckets = [];
    private readonly List<double> _positiveBuckets = [];
    private readonly List<double> _bounds = [];

    /// <summary>Reads a histogram; null with the reason where its parts contradict each other.</summary>
    public NativeHistogram? Read(ReadOnlySpan<byte> message, out long timestampMs, out string problem)
    {
        Clear();
        timestampMs = 0;
        double count = 0, sum = 0, zeroThreshold = 0, zeroCount = 0;
        var schema = 0;
        var isFloat = false;
        var hint = CounterResetHint.Unknown;
        var reader = new WireReader(message);
        while (!reader.IsAtEnd)
        {
            var tag = reader.ReadTag();
            switch (tag)
            {
                case 1 << 3:
                    count = reader.ReadVarint();
                    isFloat = false;
                    break;
                case (2 << 3) | 1:
                    count = reader.ReadDouble();
                    isFloat = true;
                    break;
                case (3 << 3) | 1:
                    sum = reader.ReadDouble();
                    break;
                case 4 << 3:
                    schema = (int)reader.ReadZigZag();
                    break;
                case (5 << 3) | 1:
                    zeroThreshold = reader.ReadDouble();
                    break;
                case 6 << 3:
                    zeroCount = reader.ReadVarint();
                    break;
                case (7 << 3) | 1:
                    zeroCount = reader.ReadDouble();
                    break;
                case (8 << 3) | 2:
                    _negativeSpans.Add(ReadSpan(reader.ReadBytes()));
                    break;
                case (9 << 3) | 2 or 9 << 3:
                    ReadDeltas(ref reader, tag, _negativeBuckets);
                    break;
                case (10 << 3) | 2 or (10 << 3) | 1:
                    ReadDoubles(ref reader, tag, _negativeBuckets);
                    break;
                case (11 << 3) | 2:
                    _positiveSpans.Add(ReadSpan(reader.ReadBytes()));
                    break;
                case (12 << 3) | 2 or 12 << 3:
                    ReadDeltas(ref reader, tag, _positiveBuckets);
                    break;
                case (13 << 3) | 2 or (13 << 3) | 1:
                    ReadDoubles(ref reader, tag, _positiveBuckets);
                    break;
                case 14 << 3:
                    hint = reader.ReadVarint() switch { 1 => CounterResetHint.CounterReset, 2 => CounterResetHint.NotCounterReset, 3 => CounterResetHint.Gauge, _ => hint };
                    break;
                case 15 << 3:
                    timestampMs = (long)reader.ReadVarint();
                    break;
                case (16 << 3) | 2 or (16 << 3) | 1:
                    ReadDoubles(ref reader, tag, _bounds);
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
        var histogram = new NativeHistogram
        {
            CounterResetHint = hint,
            Schema = schema,
            ZeroThreshold = zeroThreshold,
            ZeroCount = zeroCount,
            Count = count,
            Sum = sum,
            IsFloat = isFloat,
            PositiveSpans = [.. _positiveSpans],
            NegativeSpans = [.. _negativeSpans],
            PositiveBuckets = [.. _positiveBuckets],
            NegativeBuckets = [.. _negativeBuckets],
            CustomBounds = [.. _bounds],
        };
        problem = Problem(histogram);
        return problem.Length == 0 ? histogram : null;
    }

    private void Clear()
    {
        _negativeSpans.Clear();
        _positiveSpans.Clear();
        _negativeBuckets.Clear();
        _positiveBuckets.Clear();
        _bounds.Clear();
    }

    private static BucketSpan ReadSpan(ReadOnlySpan<byte> message)
    {
        var offset = 0;
        uint length = 0;
        var reader = new WireReader(message);
        while (!reader.IsAtEnd)
        {
            var tag = reader.ReadTag();
            switch (tag)
            {
                case 1 << 3:
                    offset = (int)reader.ReadZigZag();
                    break;
                case 2 << 3:
                    length = (uint)Math.Min(uint.MaxValue, reader.ReadVarint());
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
        return new BucketSpan(offset, length);
    }

    /// <summary>Integer buckets come as the difference from the bucket before.</summary>
    private static void ReadDeltas(ref WireReader reader, uint tag, List<double> into)
    {
        var last = into.Count > 0 ? (long)into[^1] : 0;
        if ((WireType)(tag & 7) == WireType.Varint)
        {
            into.Add(last + reader.ReadZigZag());
            return;
        }
        var packed = new WireReader(reader.ReadBytes());
        while (!packed.IsAtEnd)
        {
            last += packed.ReadZigZag();
            into.Add(last);
        }
    }

    private static void ReadDoubles(ref WireReader reader, uint tag, List<double> into)
    {
        if ((WireType)(tag & 7) == WireType.Fixed64)
        {
            into.Add(reader.ReadDouble());
            return;
        }
        var packed = new WireReader(reader.ReadBytes());
        while (!packed.IsAtEnd)
        {
            into.Add(packed.ReadDouble());
        }
    }

    private static string Problem(NativeHistogram h)
    {
        var custom = h.Schema == NativeHistogram.CustomBucketsSchema;
        if (!custom && h.Schema is < MinExponentialSchema or > MaxExponentialSchema)
        {
            return $"histogram schema {h.Schema} is neither {MinExponentialSchema} to {MaxExponentialSchema} nor {NativeHistogram.CustomBucketsSchema}";
        }
        if (custom && (h.ZeroCount != 0 || h.NegativeSpans.Length + h.NegativeBuckets.Length > 0))
        {
            return "a histogram with custom buckets has neither a zero bucket nor negative ones";
        }
        if (!custom && h.CustomBounds.Length > 0)
        {
            return "only a histogram with custom buckets has bounds";
        }
        for (var i = 0; i < h.CustomBounds.Length; i++)
        {
            if (!double.IsFinite(h.CustomBounds[i]) || (i > 0 && h.CustomBounds[i] <= h.CustomBounds[i - 1]))
            {
                return $"bound {h.CustomBounds[i]} of a histogram with custom buckets is not above the bound before";
            }
        }
        if (SideProblem("negative", h.NegativeSpans, h.NegativeBuckets) is { Length: > 0 } negative)
        {
            return negative;
        }
        if (SideProblem("positive", h.PositiveSpans, h.PositiveBuckets) is { Length: > 0 } positive)
        {
            return positive;
        }
        if (custom && BucketsSpanned(h.PositiveSpans) > h.CustomBounds.Length + 1)
        {
            return $"{h.CustomBounds.Length} bounds make {h.CustomBounds.Length + 1} buckets, and the spans name more";
        }
        return CountProblem(h);
    }

    /// <summary>Observations of NaN are in the count and in no bucket, so there the count may be larger; floats may be off by rounding.</summary>
    private static string CountProblem(NativeHistogram h)
    {
        if (h.IsStale || h.IsFloat)
        {
            return h.IsFloat && (h.Count < 0 || h.ZeroCount < 0) ? "a count of a histogram is negative" : "";
        }
        var counted = h.ZeroCount + h.PositiveBuckets.Sum() + h.NegativeBuckets.Sum();
        return double.IsNaN(h.Sum) ? counted > h.Count ? Mismatch() : "" : counted != h.Count ? Mismatch() : "";

        string Mismatch() => $"the buckets of a histogram hold {counted} observations and its count is {h.Count}";
    }

    private static string SideProblem(string side, BucketSpan[] spans, double[] buckets)
    {
        ulong spanned = 0;
        for (var i = 0; i < spans.Length; i++)
        {
            if (i > 0 && spans[i].Offset < 0)
            {
                return $"the {side} span {i + 1} of a histogram begins {-(long)spans[i].Offset} before the end of the one before";
            }
            spanned += spans[i].Length;
        }
        if (spanned != (ulong)buckets.Length)
        {
            return $"the {side} spans of a histogram name {spanned} buckets, and {buckets.Length} are there";
        }
        foreach (var bucket in buckets)
        {
            if (bucket < 0)
            {
                return $"a {side} bucket of a histogram holds {bucket} observations";
            }
        }
        return "";
    }

    private static long BucketsSpanned(BucketSpan[] spans)
    {
        long end = 0;
        foreach (var span in spans)
        {
            end += span.Offset + span.Length;
        }
        return end;
    }
}

using Touchline.Model;
using Touchline.Model.Protobuf;

namespace Touchline.RemoteWrite.Decoding;

/// <summary>
/// Native histograms, whose message is the same in both versions. What it says is checked as Prometheus checks it, so that nothing
/// is stored that a query would stumble over. Source: prompb/types.proto and model/histogram of Prometheus.
/// </summary>
internal sealed class HistogramReader
{
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
                    _negativeSpans.Add(BucketFields.ReadSpan(reader.ReadBytes()));
                    break;
                case (9 << 3) | 2 or 9 << 3:
                    BucketFields.ReadDeltas(ref reader, tag, _negativeBuckets);
                    break;
                case (10 << 3) | 2 or (10 << 3) | 1:
                    BucketFields.ReadDoubles(ref reader, tag, _negativeBuckets);
                    break;
                case (11 << 3) | 2:
                    _positiveSpans.Add(BucketFields.ReadSpan(reader.ReadBytes()));
                    break;
                case (12 << 3) | 2 or 12 << 3:
                    BucketFields.ReadDeltas(ref reader, tag, _positiveBuckets);
                    break;
                case (13 << 3) | 2 or (13 << 3) | 1:
                    BucketFields.ReadDoubles(ref reader, tag, _positiveBuckets);
                    break;
                case 14 << 3:
                    hint = reader.ReadVarint() switch { 1 => CounterResetHint.CounterReset, 2 => CounterResetHint.NotCounterReset, 3 => CounterResetHint.Gauge, _ => hint };
                    break;
                case 15 << 3:
                    timestampMs = (long)reader.ReadVarint();
                    break;
                case (16 << 3) | 2 or (16 << 3) | 1:
                    BucketFields.ReadDoubles(ref reader, tag, _bounds);
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
        problem = HistogramRules.Problem(histogram);
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
}

using Touchline.Model;
using Touchline.Model.Protobuf;

namespace Touchline.Scraping.Exposition;

/// <summary>
/// The message <c>Histogram</c> of the protobuf format, which holds a classic histogram, a native one or both. Source:
/// io/prometheus/client/metrics.proto. Reused; not thread-safe.
/// </summary>
internal sealed class HistogramMessage
{
    private readonly List<BucketSpan> _negativeSpans = [];
    private readonly List<BucketSpan> _positiveSpans = [];
    private readonly List<double> _negativeDeltas = [];
    private readonly List<double> _negativeCounts = [];
    private readonly List<double> _positiveDeltas = [];
    private readonly List<double> _positiveCounts = [];
    private double _countFloat;
    private double _zeroCountFloat;
    private ulong _count;
    private ulong _zeroCount;
    private double _zeroThreshold;
    private int _schema;

    /// <summary>The float count is there to override the whole one.</summary>
    public double Count => _countFloat > 0 ? _countFloat : _count;

    public double Sum { get; private set; }

    /// <summary>Where in the message the classic buckets are.</summary>
    public List<(int Start, int Length)> Buckets { get; } = [];

    /// <summary>Where in the message the exemplars of the native histogram are.</summary>
    public List<(int Start, int Length)> Exemplars { get; } = [];

    public long CreatedMs { get; private set; }

    /// <summary>One without observations tells itself from a classic one by an empty span.</summary>
    public bool IsNative => _zeroThreshold > 0 || _zeroCount > 0 || _zeroCountFloat > 0 || _positiveSpans.Count > 0 || _negativeSpans.Count > 0;

    /// <exception cref="MalformedMessageException">The bytes are no such message.</exception>
    public void Read(ReadOnlySpan<byte> message)
    {
        Clear();
        var reader = new WireReader(message);
        while (!reader.IsAtEnd)
        {
            var tag = reader.ReadTag();
            switch (tag)
            {
                case 1 << 3:
                    _count = reader.ReadVarint();
                    break;
                case (2 << 3) | 1:
                    Sum = reader.ReadDouble();
                    break;
                case (3 << 3) | 2:
                    Buckets.Add(ReadPlace(ref reader));
                    break;
                case (4 << 3) | 1:
                    _countFloat = reader.ReadDouble();
                    break;
                case 5 << 3:
                    _schema = (int)reader.ReadZigZag();
                    break;
                case (6 << 3) | 1:
                    _zeroThreshold = reader.ReadDouble();
                    break;
                case 7 << 3:
                    _zeroCount = reader.ReadVarint();
                    break;
                case (8 << 3) | 1:
                    _zeroCountFloat = reader.ReadDouble();
                    break;
                case (9 << 3) | 2:
                    _negativeSpans.Add(BucketFields.ReadSpan(reader.ReadBytes()));
                    break;
                case (10 << 3) | 2 or 10 << 3:
                    BucketFields.ReadDeltas(ref reader, tag, _negativeDeltas);
                    break;
                case (11 << 3) | 2 or (11 << 3) | 1:
                    BucketFields.ReadDoubles(ref reader, tag, _negativeCounts);
                    break;
                case (12 << 3) | 2:
                    _positiveSpans.Add(BucketFields.ReadSpan(reader.ReadBytes()));
                    break;
                case (13 << 3) | 2 or 13 << 3:
                    BucketFields.ReadDeltas(ref reader, tag, _positiveDeltas);
                    break;
                case (14 << 3) | 2 or (14 << 3) | 1:
                    BucketFields.ReadDoubles(ref reader, tag, _positiveCounts);
                    break;
                case (15 << 3) | 2:
                    CreatedMs = ProtobufTime.Read(reader.ReadBytes());
                    break;
                case (16 << 3) | 2:
                    Exemplars.Add(ReadPlace(ref reader));
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    /// <summary>The native histogram, without buckets that hold nothing. What contradicts itself is returned as it is.</summary>
    public NativeHistogram ToNative(bool isGauge)
    {
        var isFloat = _countFloat > 0 || _zeroCountFloat > 0;
        var histogram = new NativeHistogram
        {
            CounterResetHint = isGauge ? CounterResetHint.Gauge : CounterResetHint.Unknown,
            Schema = _schema,
            ZeroThreshold = _zeroThreshold,
            ZeroCount = isFloat ? _zeroCountFloat : _zeroCount,
            Count = isFloat ? _countFloat : _count,
            Sum = Sum,
            IsFloat = isFloat,
            PositiveSpans = [.. _positiveSpans],
            NegativeSpans = [.. _negativeSpans],
            PositiveBuckets = [.. isFloat ? _positiveCounts : _positiveDeltas],
            NegativeBuckets = [.. isFloat ? _negativeCounts : _negativeDeltas],
        };
        return HistogramRules.Problem(histogram).Length == 0 ? HistogramBuckets.Compact(histogram) : histogram;
    }

    private static (int Start, int Length) ReadPlace(ref WireReader reader)
    {
        var length = reader.ReadBytes().Length;
        return (reader.Position - length, length);
    }

    private void Clear()
    {
        _negativeSpans.Clear();
        _positiveSpans.Clear();
        _negativeDeltas.Clear();
        _negativeCounts.Clear();
        _positiveDeltas.Clear();
        _positiveCounts.Clear();
        Buckets.Clear();
        Exemplars.Clear();
        (_countFloat, _zeroCountFloat, _zeroThreshold, Sum) = (0, 0, 0, 0);
        (_count, _zeroCount, _schema) = (0, 0, 0);
        CreatedMs = CountedSince.Unknown;
    }
}

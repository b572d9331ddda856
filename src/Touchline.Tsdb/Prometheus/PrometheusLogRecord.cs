using Touchline.Model;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Prometheus;

/// <summary>Takes a record of Prometheus's log apart. Format: docs/formats/prometheus.md, "Records".</summary>
internal static class PrometheusLogRecord
{
    private enum RecordType : byte
    {
        Series = 1,
        Samples = 2,
        Tombstones = 3,
        Exemplars = 4,
        MmapMarkers = 5,
        Metadata = 6,
        Histograms = 7,
        FloatHistograms = 8,
        CustomBucketHistograms = 9,
        CustomBucketFloatHistograms = 10,
        StartedSamples = 11,
        StartedHistograms = 12,
        StartedFloatHistograms = 13,
        MinValidTime = 14,
    }

    /// <summary>How a sample that is not the first of its record says since when its series counts.</summary>
    private enum StartMarker : byte
    {
        None = 0,
        SameAsBefore = 1,
    }

    private enum LoggedMetricType : byte
    {
        Unknown = 0,
        Counter = 1,
        Gauge = 2,
        Histogram = 3,
        GaugeHistogram = 4,
        Summary = 5,
        Info = 6,
        StateSet = 7,
    }

    /// <exception cref="CorruptDataException">The record is not what its type says, or its type is unknown. What came before is told.</exception>
    public static void Read(ReadOnlySpan<byte> record, IPrometheusLogVisitor visitor)
    {
        var reader = new GoReader(record);
        var type = (RecordType)reader.ReadByte();
        switch (type)
        {
            case RecordType.Series:
                ReadSeries(ref reader, visitor);
                break;
            case RecordType.Samples:
                ReadSamples(ref reader, visitor);
                break;
            case RecordType.Tombstones:
                ReadTombstones(ref reader, visitor);
                break;
            case RecordType.Exemplars:
                ReadExemplars(ref reader, visitor);
                break;
            case RecordType.Metadata:
                ReadMetadata(ref reader, visitor);
                break;
            case RecordType.Histograms or RecordType.CustomBucketHistograms:
                ReadHistograms(ref reader, isFloat: false, visitor);
                break;
            case RecordType.FloatHistograms or RecordType.CustomBucketFloatHistograms:
                ReadHistograms(ref reader, isFloat: true, visitor);
                break;
            case RecordType.StartedSamples or RecordType.StartedHistograms or RecordType.StartedFloatHistograms:
                ReadStarted(ref reader, type, visitor);
                break;
            case RecordType.MmapMarkers:
                break; // Says only that samples are in chunks_head as well.
            case RecordType.MinValidTime:
                break; // Says only up to where blocks have everything, as the blocks themselves do.
            default:
                throw new CorruptDataException($"a record of type {(byte)type}, which this program does not know");
        }
    }

    private static void ReadSeries(ref GoReader reader, IPrometheusLogVisitor visitor)
    {
        while (reader.Remaining > 0)
        {
            var series = reader.ReadUInt64();
            visitor.Series(series, ReadLabels(ref reader));
        }
    }

    private static void ReadSamples(ref GoReader reader, IPrometheusLogVisitor visitor)
    {
        if (reader.Remaining == 0)
        {
            return;
        }
        var (firstSeries, firstTime) = (reader.ReadUInt64(), (long)reader.ReadUInt64());
        while (reader.Remaining > 0)
        {
            var series = firstSeries + (ulong)reader.ReadVarint();
            var time = firstTime + reader.ReadVarint();
            visitor.Sample(series, time, reader.ReadDouble());
        }
    }

    private static void ReadTombstones(ref GoReader reader, IPrometheusLogVisitor visitor)
    {
        while (reader.Remaining > 0)
        {
            var series = reader.ReadUInt64();
            var first = reader.ReadVarint();
            visitor.Deleted(series, new DeletedInterval(first, reader.ReadVarint()));
        }
    }

    private static void ReadExemplars(ref GoReader reader, IPrometheusLogVisitor visitor)
    {
        if (reader.Remaining == 0)
        {
            return;
        }
        var (firstSeries, firstTime) = (reader.ReadUInt64(), (long)reader.ReadUInt64());
        while (reader.Remaining > 0)
        {
            var series = firstSeries + (ulong)reader.ReadVarint();
            var time = firstTime + reader.ReadVarint();
            var value = reader.ReadDouble();
            visitor.Exemplar(series, new Exemplar(ReadLabels(ref reader), value, time));
        }
    }

    private static void ReadMetadata(ref GoReader reader, IPrometheusLogVisitor visitor)
    {
        while (reader.Remaining > 0)
        {
            var series = reader.ReadUvarint();
            var type = (LoggedMetricType)reader.ReadByte();
            var (help, unit) = ("", "");
            for (var fields = reader.ReadCount(2); fields > 0; fields--)
            {
                var name = reader.ReadString();
                var value = reader.ReadString();
                (help, unit) = name switch
                {
                    "HELP" => (value, unit),
                    "UNIT" => (help, value),
                    _ => (help, unit),
                };
            }
            visitor.Metadata(series, new MetricMetadata(TypeOf(type), help, unit));
        }
    }

    private static void ReadHistograms(ref GoReader reader, bool isFloat, IPrometheusLogVisitor visitor)
    {
        if (reader.Remaining == 0)
        {
            return;
        }
        var (firstSeries, firstTime) = (reader.ReadUInt64(), (long)reader.ReadUInt64());
        while (reader.Remaining > 0)
        {
            var series = firstSeries + (ulong)reader.ReadVarint();
            var time = firstTime + reader.ReadVarint();
            visitor.Histogram(series, time, ReadHistogram(ref reader, isFloat));
        }
    }

    /// <summary>Records that say of each sample since when its series counts: series relative to the one before, times to the first.</summary>
    private static void ReadStarted(ref GoReader reader, RecordType type, IPrometheusLogVisitor visitor)
    {
        if (reader.Remaining == 0)
        {
            return;
        }
        var series = (ulong)reader.ReadVarint();
        var firstTime = reader.ReadVarint();
        var firstStart = reader.ReadVarint();
        var (time, start) = (firstTime, firstStart);
        while (true)
        {
            if (start != 0)
            {
                visitor.Started(series, time, start);
            }
            if (type == RecordType.StartedSamples)
            {
                visitor.Sample(series, time, reader.ReadDouble());
            }
            else
            {
                visitor.Histogram(series, time, ReadHistogram(ref reader, isFloat: type == RecordType.StartedFloatHistograms));
            }
            if (reader.Remaining == 0)
            {
                return;
            }
            series += (ulong)reader.ReadVarint();
            time = firstTime + reader.ReadVarint();
            start = (StartMarker)reader.ReadByte() switch
            {
                StartMarker.None => 0,
                StartMarker.SameAsBefore => start,
                _ => firstStart + reader.ReadVarint(),
            };
        }
    }

    private static NativeHistogram ReadHistogram(ref GoReader reader, bool isFloat)
    {
        var hint = (CounterResetHint)(reader.ReadByte() & 3);
        var schema = (int)reader.ReadVarint();
        var zeroThreshold = reader.ReadDouble();
        var zeroCount = isFloat ? reader.ReadDouble() : reader.ReadUvarint();
        var count = isFloat ? reader.ReadDouble() : reader.ReadUvarint();
        var sum = reader.ReadDouble();
        var positiveSpans = ReadSpans(ref reader);
        var negativeSpans = ReadSpans(ref reader);
        var positive = ReadBuckets(ref reader, isFloat);
        var negative = ReadBuckets(ref reader, isFloat);
        var bounds = schema == NativeHistogram.CustomBucketsSchema ? ReadBuckets(ref reader, isFloat: true) : [];
        if (StaleMarker.Is(sum))
        {
            return new NativeHistogram { Sum = sum, IsFloat = isFloat };
        }
        if (!Cover(positiveSpans, positive) || !Cover(negativeSpans, negative))
        {
            throw new CorruptDataException("a histogram whose spans do not cover its buckets");
        }
        return new NativeHistogram
        {
            CounterResetHint = hint,
            Schema = schema,
            ZeroThreshold = zeroThreshold,
            ZeroCount = zeroCount,
            Count = count,
            Sum = sum,
            IsFloat = isFloat,
            PositiveSpans = positiveSpans,
            NegativeSpans = negativeSpans,
            PositiveBuckets = positive,
            NegativeBuckets = negative,
            CustomBounds = bounds,
        };
    }

    private static bool Cover(BucketSpan[] spans, double[] buckets) => spans.Sum(span => (long)span.Length) == buckets.Length;

    private static BucketSpan[] ReadSpans(ref GoReader reader)
    {
        var spans = new BucketSpan[reader.ReadCount(2)];
        foreach (ref var span in spans.AsSpan())
        {
            var offset = (int)reader.ReadVarint();
            span = new BucketSpan(offset, (uint)reader.ReadUvarint());
        }
        return spans;
    }

    /// <summary>Counts of float histograms as they are; those of integer histograms are differences to their left neighbour.</summary>
    private static double[] ReadBuckets(ref GoReader reader, bool isFloat)
    {
        var buckets = new double[reader.ReadCount(isFloat ? 8 : 1)];
        var count = 0L;
        foreach (ref var bucket in buckets.AsSpan())
        {
            bucket = isFloat ? reader.ReadDouble() : count += reader.ReadVarint();
        }
        return buckets;
    }

    private static Labels ReadLabels(ref GoReader reader)
    {
        var labels = new Label[reader.ReadCount(2)];
        foreach (ref var label in labels.AsSpan())
        {
            var name = reader.ReadString();
            label = new Label(name, reader.ReadString());
        }
        try
        {
            return Labels.Of(labels);
        }
        catch (ArgumentException e)
        {
            throw new CorruptDataException(e.Message);
        }
    }

    private static MetricType TypeOf(LoggedMetricType type) => type switch
    {
        LoggedMetricType.Counter => MetricType.Counter,
        LoggedMetricType.Gauge => MetricType.Gauge,
        LoggedMetricType.Histogram => MetricType.Histogram,
        LoggedMetricType.GaugeHistogram => MetricType.GaugeHistogram,
        LoggedMetricType.Summary => MetricType.Summary,
        LoggedMetricType.Info => MetricType.Info,
        LoggedMetricType.StateSet => MetricType.StateSet,
        _ => MetricType.Unknown,
    };
}

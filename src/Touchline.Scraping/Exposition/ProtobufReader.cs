using System.Text;
using Touchline.Model;
using Touchline.Model.Protobuf;

namespace Touchline.Scraping.Exposition;

/// <summary>
/// The protobuf format: messages <c>MetricFamily</c>, each behind its length. Series are written out as text, as the other formats
/// have them, so that all that is known of a series is found by the same bytes. Source: io/prometheus/client/metrics.proto; which
/// series a message stands for, in which order, is as in Prometheus.
/// </summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> body, ProtobufScratch scratch, ProtobufOptions options) : IExpositionReader
{
    private const int CountField = -2;
    private const int SumField = -1;

    private readonly ReadOnlySpan<byte> _body = body;
    private readonly ProtobufScratch _scratch = scratch;
    private readonly ProtobufOptions _options = options;
    private WireReader _families = new(body);
    private WireReader _metrics;
    private State _state;
    private FamilyHeader _family;
    private ReadOnlySpan<byte> _metric;
    private int _valueStart;
    private int _valueLength;
    private int _field;
    private int _exemplar;
    private double _summaryCount;
    private double _summarySum;

    private enum State
    {
        BetweenFamilies,
        Help,
        Type,
        Unit,
        Metrics,
        Fields,
        FieldsAfterNative,
    }

    public bool IsExpectedSeries { get; private set; }

    /// <summary>Written only where it is not the expected one, which whoever expected it has.</summary>
    public readonly ReadOnlySpan<byte> Series => _scratch.Series.WrittenSpan;

    public double Value { get; private set; }

    public NativeHistogram? Histogram { get; private set; }

    public bool HasTimestamp { get; private set; }

    public long TimestampMs { get; private set; }

    public long CreatedMs { get; private set; } = CountedSince.Unknown;

    public ReadOnlySpan<byte> ExemplarText { get; private set; }

    public readonly ReadOnlySpan<byte> MetadataName => _family.Name;

    public ReadOnlySpan<byte> MetadataText { get; private set; }

    public MetricType MetadataType { get; private set; }

    public string Error { get; private set; } = "";

    public readonly string Place => $"byte {_families.Position}";

    public ExpositionEntry Next(ReadOnlySpan<byte> expectedSeries)
    {
        try
        {
            return Step(expectedSeries);
        }
        catch (MalformedMessageException e)
        {
            return Fail($"the body is no protobuf exposition: {e.Message}");
        }
    }

    public bool NextExemplar()
    {
        ExemplarText = default;
        while (_exemplar < _scratch.Exemplars.Count && ExemplarText.IsEmpty)
        {
            var (start, length) = _scratch.Exemplars[_exemplar++];
            ExemplarText = ProtobufAsText.Exemplar(_scratch, _metric.Slice(start, length));
        }
        return !ExemplarText.IsEmpty;
    }

    private ExpositionEntry Step(ReadOnlySpan<byte> expectedSeries)
    {
        while (true)
        {
            switch (_state)
            {
                case State.BetweenFamilies:
                    if (_families.IsAtEnd)
                    {
                        return ExpositionEntry.End;
                    }
                    if (ReadFamily(_families.ReadBytes()) is { } error)
                    {
                        return Fail(error);
                    }
                    _state = State.Help;
                    break;
                case State.Help:
                    _state = State.Type;
                    MetadataText = ProtobufAsText.Metadata(_scratch, _family.Help);
                    return ExpositionEntry.Help;
                case State.Type:
                    _state = _family.Unit.IsEmpty ? State.Metrics : State.Unit;
                    return ExpositionEntry.Type;
                case State.Unit:
                    _state = State.Metrics;
                    MetadataText = ProtobufAsText.Metadata(_scratch, _family.Unit);
                    return ExpositionEntry.Unit;
                case State.Metrics:
                    if (!TryReadMetric())
                    {
                        _state = State.BetweenFamilies;
                        break;
                    }
                    return BeginMetric(expectedSeries);
                default:
                    if (_field < FieldCount)
                    {
                        return ReadField(expectedSeries);
                    }
                    _state = State.Metrics;
                    break;
            }
        }
    }

    private string? ReadFamily(ReadOnlySpan<byte> message)
    {
        _family = FamilyHeader.Read(message);
        _metrics = new WireReader(message);
        var problem = _family.Problem();
        MetadataType = _family.Type ?? MetricType.Unknown;
        return problem;
    }

    private bool TryReadMetric()
    {
        const uint MetricTag = (4 << 3) | 2;
        while (!_metrics.IsAtEnd)
        {
            var tag = _metrics.ReadTag();
            if (tag != MetricTag)
            {
                _metrics.Skip(tag);
                continue;
            }
            _metric = _metrics.ReadBytes();
            ReadMetric();
            return true;
        }
        return false;
    }

    private void ReadMetric()
    {
        _scratch.Labels.Clear();
        (_valueStart, _valueLength) = (0, 0);
        HasTimestamp = false;
        CreatedMs = CountedSince.Unknown;
        var valueTag = MetricFields.ValueTag(MetadataType);
        var reader = new WireReader(_metric);
        while (!reader.IsAtEnd)
        {
            var tag = reader.ReadTag();
            if (tag == MetricFields.LabelTag)
            {
                var length = reader.ReadBytes().Length;
                _scratch.Labels.Add((reader.Position - length, length));
            }
            else if (tag == valueTag)
            {
                _valueLength = reader.ReadBytes().Length;
                _valueStart = reader.Position - _valueLength;
            }
            else if (tag == MetricFields.TimestampTag)
            {
                TimestampMs = (long)reader.ReadVarint();
                // The format's way to say that there is none.
                HasTimestamp = TimestampMs != 0;
            }
            else
            {
                reader.Skip(tag);
            }
        }
    }

    private ExpositionEntry BeginMetric(ReadOnlySpan<byte> expectedSeries)
    {
        var value = _metric.Slice(_valueStart, _valueLength);
        _field = CountField;
        switch (MetadataType)
        {
            case MetricType.Summary:
                ReadSummary(value);
                _state = State.Fields;
                return ReadField(expectedSeries);
            case MetricType.Histogram or MetricType.GaugeHistogram:
                _scratch.Histogram.Read(value);
                CreatedMs = _scratch.Histogram.CreatedMs;
                if (!_options.NativeHistograms || !_scratch.Histogram.IsNative)
                {
                    _state = State.Fields;
                    return ReadField(expectedSeries);
                }
                _state = _options.AlwaysClassicHistograms && _scratch.Histogram.Buckets.Count > 0 ? State.FieldsAfterNative : State.Metrics;
                return ReadNative(expectedSeries);
            default:
                ReadSimple(value);
                return Emit([], "", [], expectedSeries);
        }
    }

    private void ReadSimple(ReadOnlySpan<byte> value)
    {
        Value = 0;
        _scratch.Exemplars.Clear();
        var isCounter = MetadataType == MetricType.Counter;
        var reader = new WireReader(value);
        while (!reader.IsAtEnd)
        {
            var tag = reader.ReadTag();
            switch (tag)
            {
                case (1 << 3) | 1:
                    Value = reader.ReadDouble();
                    break;
                case (2 << 3) | 2 when isCounter:
                    var length = reader.ReadBytes().Length;
                    _scratch.Exemplars.Add((_valueStart + reader.Position - length, length));
                    break;
                case (3 << 3) | 2 when isCounter:
                    CreatedMs = ProtobufTime.Read(reader.ReadBytes());
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    private void ReadSummary(ReadOnlySpan<byte> value)
    {
        _scratch.Quantiles.Clear();
        (_summaryCount, _summarySum) = (0, 0);
        var reader = new WireReader(value);
        while (!reader.IsAtEnd)
        {
            var tag = reader.ReadTag();
            switch (tag)
            {
                case 1 << 3:
                    _summaryCount = reader.ReadVarint();
                    break;
                case (2 << 3) | 1:
                    _summarySum = reader.ReadDouble();
                    break;
                case (3 << 3) | 2:
                    var length = reader.ReadBytes().Length;
                    _scratch.Quantiles.Add((_valueStart + reader.Position - length, length));
                    break;
                case (4 << 3) | 2:
                    CreatedMs = ProtobufTime.Read(reader.ReadBytes());
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    private ExpositionEntry ReadNative(ReadOnlySpan<byte> expectedSeries)
    {
        Histogram = _scratch.Histogram.ToNative(MetadataType == MetricType.GaugeHistogram);
        _scratch.Exemplars.Clear();
        foreach (var (start, length) in _scratch.Histogram.Exemplars)
        {
            _scratch.Exemplars.Add((_valueStart + start, length));
        }
        if (_scratch.Exemplars.Count == 0)
        {
            // A histogram of both kinds may have them in its classic buckets only.
            foreach (var bucket in _scratch.Histogram.Buckets)
            {
                ReadBucket(bucket);
            }
        }
        return Emit([], "", [], expectedSeries) == ExpositionEntry.Series ? ExpositionEntry.Histogram : ExpositionEntry.Error;
    }

    private readonly int FieldCount
    {
        get
        {
            if (MetadataType == MetricType.Summary)
            {
                return _scratch.Quantiles.Count;
            }
            var buckets = _scratch.Histogram.Buckets;
            if (buckets.Count == 0)
            {
                return 1;
            }
            // The last bucket may be left out, as its count is that of the histogram.
            var (start, length) = buckets[^1];
            return MetricFields.ReadBucket(_metric.Slice(_valueStart + start, length), out _).Bound == double.PositiveInfinity ? buckets.Count : buckets.Count + 1;
        }
    }

    private ExpositionEntry ReadField(ReadOnlySpan<byte> expectedSeries)
    {
        _scratch.Exemplars.Clear();
        var field = _field++;
        var isSummary = MetadataType == MetricType.Summary;
        if (field == CountField)
        {
            Value = isSummary ? _summaryCount : _scratch.Histogram.Count;
            return Emit("_count"u8, "", [], expectedSeries);
        }
        if (field == SumField)
        {
            Value = isSummary ? _summarySum : _scratch.Histogram.Sum;
            return Emit("_sum"u8, "", [], expectedSeries);
        }
        double bound;
        if (isSummary)
        {
            var (start, length) = _scratch.Quantiles[field];
            (bound, Value) = MetricFields.ReadPair(_metric.Slice(start, length));
            return Emit([], LabelNames.Quantile, _scratch.Bound(bound), expectedSeries);
        }
        if (field >= _scratch.Histogram.Buckets.Count)
        {
            bound = double.PositiveInfinity;
            Value = _scratch.Histogram.Count;
        }
        else
        {
            (bound, Value) = ReadBucket(_scratch.Histogram.Buckets[field]);
        }
        return Emit("_bucket"u8, LabelNames.BucketBound, _scratch.Bound(bound), expectedSeries);
    }

    /// <summary>Reads the bucket of the histogram, and notes its exemplar.</summary>
    private readonly (double Bound, double Count) ReadBucket((int Start, int Length) place)
    {
        var start = _valueStart + place.Start;
        var bucket = MetricFields.ReadBucket(_metric.Slice(start, place.Length), out var exemplar);
        if (exemplar.End.Value > 0)
        {
            _scratch.Exemplars.Add((start + exemplar.Start.Value, exemplar.End.Value - exemplar.Start.Value));
        }
        return bucket;
    }

    /// <summary>Gives a series: the name with a suffix, the metric's labels, and perhaps one more.</summary>
    private ExpositionEntry Emit(ReadOnlySpan<byte> suffix, string extraName, ReadOnlySpan<byte> extraValue, ReadOnlySpan<byte> expectedSeries)
    {
        IsExpectedSeries = ProtobufAsText.IsSeries(expectedSeries, _scratch, _family.Name, suffix, _metric, extraName, extraValue);
        if (!IsExpectedSeries)
        {
            ProtobufAsText.WriteSeries(_scratch, _family.Name, suffix, _metric, extraName, extraValue);
            IsExpectedSeries = Series.SequenceEqual(expectedSeries);
        }
        _exemplar = 0;
        NextExemplar();
        return ExpositionEntry.Series;
    }

    private ExpositionEntry Fail(string message)
    {
        Error = $"{Place}: {message}";
        _families = new WireReader([]);
        _state = State.BetweenFamilies;
        return ExpositionEntry.Error;
    }
}

/// <summary>What of a histogram is wanted that is there as a classic and as a native one.</summary>
internal readonly record struct ProtobufOptions(bool NativeHistograms, bool AlwaysClassicHistograms);

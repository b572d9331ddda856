using System.Text;
using Touchline.Model;

namespace Touchline.Scraping.Exposition;

/// <summary>
/// Reads OpenMetrics text of any length, a piece at a time, every sample with its own time, as files for backfilling are. What a scrape would do to
/// labels (bounds in one form, empty labels left out) is done here too.
/// </summary>
public sealed class OpenMetricsFile(Stream stream)
{
    private const int PieceBytes = 1024 * 1024;
    private const int MaxLineBytes = 64 * 1024 * 1024;
    private const int MaxPoint = 4096; // Series that wait for the created line of their point: more than any histogram has buckets.
    private const int PoolEvery = 64; // Pieces between two emptyings of the pool of strings, which bounds it.

    private static ReadOnlySpan<byte> Eof => "# EOF\n"u8;

    private readonly StringPool _pool = new();
    private readonly List<Label> _labels = [];
    private byte[] _buffer = new byte[PieceBytes];
    private int _filled;
    private byte[] _lastSeries = [];
    private Labels _lastLabels = Labels.Empty;
    private readonly List<Labels> _point = [];
    private readonly List<Label> _exemplarLabels = [];
    private MetricMetadata _metadata = new(MetricType.Unknown, "", "");
    private string _family = "";
    private MetricType _type;
    private long _lines;

    /// <summary>Bytes read until now.</summary>
    public long Position { get; private set; }

    /// <summary>Reads everything.</summary>
    /// <param name="sink">Told of everything.</param>
    /// <param name="cancellationToken">Stops between two pieces.</param>
    /// <exception cref="OpenMetricsFormatException">The text breaks the format. What came before was told.</exception>
    public void Read(IOpenMetricsSink sink, CancellationToken cancellationToken)
    {
        for (var pieces = 1; ; pieces++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (pieces % PoolEvery == 0)
            {
                _pool.Clear();
            }
            var isLast = !TryFill();
            var end = isLast ? _filled : _buffer.AsSpan(0, _filled).LastIndexOf((byte)'\n') + 1;
            if (!isLast && end == 0)
            {
                Grow();
                continue;
            }
            ReadPiece(end, isLast, sink);
            if (isLast)
            {
                return;
            }
            _lines += _buffer.AsSpan(0, end).Count((byte)'\n');
            _buffer.AsSpan(end, _filled - end).CopyTo(_buffer);
            _filled -= end;
        }
    }

    /// <summary>Fills the buffer, but for the room of an end mark. False where the stream is at its end.</summary>
    private bool TryFill()
    {
        var room = _buffer.Length - Eof.Length;
        while (_filled < room)
        {
            var read = stream.Read(_buffer, _filled, room - _filled);
            if (read == 0)
            {
                return false;
            }
            _filled += read;
            Position += read;
        }
        return true;
    }

    private void Grow()
    {
        if (_buffer.Length >= MaxLineBytes)
        {
            throw new OpenMetricsFormatException(_lines + 1, 1, $"a line is longer than {MaxLineBytes} bytes");
        }
        Array.Resize(ref _buffer, _buffer.Length * 2);
    }

    private void ReadPiece(int length, bool isLast, IOpenMetricsSink sink)
    {
        ReadOnlySpan<byte> piece;
        Span<byte> behind = stackalloc byte[Eof.Length];
        if (isLast)
        {
            if (length == 0)
            {
                throw new OpenMetricsFormatException(_lines + 1, 1, "data does not end with # EOF");
            }
            piece = _buffer.AsSpan(0, length);
        }
        else
        {
            // A piece reads as a whole body. What follows it in the buffer is put back afterwards.
            _buffer.AsSpan(length, Eof.Length).CopyTo(behind);
            Eof.CopyTo(_buffer.AsSpan(length));
            piece = _buffer.AsSpan(0, length + Eof.Length);
        }
        var reader = new OpenMetricsTextReader(piece);
        for (var entry = reader.Next(_lastSeries); entry != ExpositionEntry.End; entry = reader.Next(_lastSeries))
        {
            switch (entry)
            {
                case ExpositionEntry.Series:
                    ReadSample(ref reader, piece, sink);
                    break;
                case ExpositionEntry.Error:
                    throw Error(piece, reader.ErrorOffset, reader.Error);
                default:
                    NoteMetadata(ref reader, entry, sink);
                    break;
            }
        }
        if (!isLast)
        {
            behind.CopyTo(_buffer.AsSpan(length));
        }
    }

    private void NoteMetadata(ref OpenMetricsTextReader reader, ExpositionEntry kind, IOpenMetricsSink sink)
    {
        _point.Clear();
        var name = SeriesText.Unescape(reader.MetadataName);
        var known = name == _family ? _metadata : new MetricMetadata(MetricType.Unknown, "", "");
        _family = name;
        if (kind == ExpositionEntry.Type)
        {
            _type = reader.MetadataType;
            _lastSeries = []; // How its bounds are written may depend on the type.
        }
        _metadata = kind switch
        {
            ExpositionEntry.Type => known with { Type = reader.MetadataType },
            ExpositionEntry.Help => known with { Help = SeriesText.Unescape(reader.MetadataText) },
            _ => known with { Unit = SeriesText.Unescape(reader.MetadataText) },
        };
        sink.Metadata(_family, _metadata);
    }

    private void ReadSample(ref OpenMetricsTextReader reader, ReadOnlySpan<byte> piece, IOpenMetricsSink sink)
    {
        if (!reader.HasTimestamp)
        {
            throw LineError(piece, reader.Line, "the sample has no timestamp, expected seconds since 1970 behind the value");
        }
        if (!reader.IsExpectedSeries)
        {
            if (!SeriesText.TryDecode(reader.Series, _pool, _labels, out var error))
            {
                throw LineError(piece, reader.Line, error);
            }
            BoundLabels.Normalize(_labels, _type);
            _lastLabels = LabelsOf(piece, reader.Line);
            _lastSeries = reader.Series.ToArray();
        }
        if (sink.Sample(_lastLabels, reader.TimestampMs, reader.Value) is { } refusal)
        {
            throw LineError(piece, reader.Line, refusal);
        }
        if (!reader.ExemplarText.IsEmpty
            && OpenMetricsTextReader.TryReadExemplar(reader.ExemplarText, _pool, reader.TimestampMs, _exemplarLabels, out var exemplar))
        {
            sink.Exemplar(_lastLabels, exemplar!);
        }
        NotePoint(reader.TimestampMs, reader.Value, sink);
    }

    /// <summary>Counters, histograms and summaries may say in a line behind those of a point since when they count.</summary>
    private void NotePoint(long timeMs, double value, IOpenMetricsSink sink)
    {
        if (!CountedSince.IsCreatedLine(_lastLabels))
        {
            if (_point.Count == MaxPoint)
            {
                _point.Clear();
            }
            if (_point.Count == 0 || !ReferenceEquals(_point[^1], _lastLabels))
            {
                _point.Add(_lastLabels);
            }
            return;
        }
        if (CountedSince.TryReadMilliseconds(value, out var createdMs))
        {
            foreach (var counted in _point)
            {
                if (CountedSince.Belongs(counted, _lastLabels))
                {
                    sink.Created(counted, timeMs, createdMs);
                }
            }
        }
        _point.Clear();
    }

    private Labels LabelsOf(ReadOnlySpan<byte> piece, int line)
    {
        try
        {
            return Labels.Of([.. _labels]);
        }
        catch (ArgumentException e)
        {
            throw LineError(piece, line, e.Message);
        }
    }

    private OpenMetricsFormatException Error(ReadOnlySpan<byte> piece, int offset, string message)
    {
        var before = piece[..offset];
        var lineStart = before.LastIndexOf((byte)'\n') + 1;
        var line = before.Count((byte)'\n') + 1;
        // The reader counts lines of the piece.
        var own = $"line {line}: ";
        return new OpenMetricsFormatException(
            _lines + line, Encoding.UTF8.GetCharCount(before[lineStart..]) + 1, message.StartsWith(own, StringComparison.Ordinal) ? message[own.Length..] : message);
    }

    private OpenMetricsFormatException LineError(ReadOnlySpan<byte> piece, int line, string message)
    {
        var start = 0;
        for (var passed = 1; passed < line; passed++)
        {
            start += piece[start..].IndexOf((byte)'\n') + 1;
        }
        return Error(piece, start, message);
    }
}

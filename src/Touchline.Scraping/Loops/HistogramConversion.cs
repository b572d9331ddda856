using Touchline.Model;
using Touchline.Scraping.Exposition;

namespace Touchline.Scraping.Loops;

/// <summary>
/// convert_classic_histograms_to_nhcb: follows a body and gathers the classic histogram that its series belong to, until one comes that
/// does not. Not thread-safe.
/// </summary>
internal sealed class HistogramConversion
{
    private readonly ClassicHistogram _histogram = new();
    private readonly List<byte[]> _exemplars = [];
    private byte[]? _gathering;
    private byte[]? _lastNative;

    /// <summary>The text of the series that is gathered, null where none is.</summary>
    public ReadOnlySpan<byte> SeriesText => _gathering;

    public bool IsGathering => _gathering is not null;

    public long? TimestampMs { get; private set; }

    public long CreatedMs { get; private set; }

    /// <summary>The exemplars of its buckets, as OpenMetrics writes them.</summary>
    public IReadOnlyList<byte[]> Exemplars => _exemplars;

    public void Begin()
    {
        Reset();
        _lastNative = null;
    }

    /// <summary>Whether what is gathered ends before this series.</summary>
    public bool EndsBefore(ClassicPart? part) => _gathering is not null && (part is null || !part.NativeText.AsSpan().SequenceEqual(_gathering));

    /// <summary>Takes a series in; false where it stands beside a native histogram, which is the better one of the two.</summary>
    public bool TryAdd<TReader>(ClassicPart part, ref TReader reader)
        where TReader : struct, IExpositionReader, allows ref struct
    {
        if (part.NativeText.AsSpan().SequenceEqual(_lastNative))
        {
            return false;
        }
        if (_gathering is null)
        {
            _gathering = part.NativeText;
            TimestampMs = reader.HasTimestamp ? reader.TimestampMs : null;
            CreatedMs = reader.CreatedMs;
        }
        _histogram.Add(part.Kind, part.Bound, reader.Value);
        for (var more = !reader.ExemplarText.IsEmpty; more; more = reader.NextExemplar())
        {
            _exemplars.Add(reader.ExemplarText.ToArray());
        }
        return true;
    }

    public void NoteNative(ClassicPart part) => _lastNative = part.NativeText;

    /// <summary>What is gathered as one histogram, null where its parts contradict each other. <see cref="Reset"/> follows.</summary>
    public NativeHistogram? ToNative() => _histogram.ToNative();

    public void Reset()
    {
        _gathering = null;
        _histogram.Clear();
        _exemplars.Clear();
    }
}

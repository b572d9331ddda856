using System.Buffers;
using System.Text;

namespace Touchline.Scraping.Exposition;

/// <summary>What a <see cref="ProtobufReader"/> writes into, kept by its target from scrape to scrape. Not thread-safe.</summary>
internal sealed class ProtobufScratch
{
    /// <summary>Bounds are few and always the same; a target that has ever new ones does not get them all kept.</summary>
    private const int MostBounds = 4096;

    private readonly Dictionary<long, byte[]> _bounds = [];

    public ArrayBufferWriter<byte> Series { get; } = new(256);

    public ArrayBufferWriter<byte> Exemplar { get; } = new(256);

    public ArrayBufferWriter<byte> Metadata { get; } = new(256);

    /// <summary>Where in the metric its labels are.</summary>
    public List<(int Start, int Length)> Labels { get; } = [];

    /// <summary>Where in the summary its quantiles are.</summary>
    public List<(int Start, int Length)> Quantiles { get; } = [];

    /// <summary>Exemplars of the entry, as places in the metric.</summary>
    public List<(int Start, int Length)> Exemplars { get; } = [];

    public HistogramMessage Histogram { get; } = new();

    /// <summary>A bucket's bound or a quantile as label values have it.</summary>
    public ReadOnlySpan<byte> Bound(double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        if (!_bounds.TryGetValue(bits, out var text))
        {
            if (_bounds.Count >= MostBounds)
            {
                _bounds.Clear();
            }
            text = Encoding.UTF8.GetBytes(BoundLabels.Format(value));
            _bounds.Add(bits, text);
        }
        return text;
    }
}

using System.Diagnostics.CodeAnalysis;
using System.IO.Hashing;
using Touchline.Model;
using Touchline.Scraping.Exposition;

namespace Touchline.Scraping.Loops;

/// <summary>
/// What a target showed so far, by the bytes of its series texts: a steady scrape neither takes labels apart nor relabels them. Not
/// thread-safe.
/// </summary>
internal sealed class SeriesCache
{
    private readonly Dictionary<byte[], CachedSeries> _series = new(new TextComparer());
    private readonly Dictionary<byte[], CachedSeries>.AlternateLookup<ReadOnlySpan<byte>> _byText;
    private int _sizeAfterSuccess;
    private int _seen;

    public SeriesCache() => _byText = _series.GetAlternateLookup<ReadOnlySpan<byte>>();

    public StringPool Strings { get; } = new();

    /// <summary>The number of the scrape that is going on.</summary>
    public int Iteration { get; private set; }

    /// <summary>What the previous body began with.</summary>
    public CachedSeries? First { get; set; }

    public int Count => _series.Count;

    public IEnumerable<CachedSeries> All => _series.Values;

    public bool TryGet(ReadOnlySpan<byte> text, [NotNullWhen(true)] out CachedSeries? series) => _byText.TryGetValue(text, out series);

    public CachedSeries Add(ReadOnlySpan<byte> text, Labels? labels)
    {
        var series = new CachedSeries(text.ToArray(), labels);
        _series.Add(series.Text, series);
        return series;
    }

    public void BeginScrape()
    {
        Iteration++;
        _seen = 0;
    }

    /// <summary>Notes that the scrape shows the series; false where it did so already.</summary>
    public bool See(CachedSeries series)
    {
        if (series.SeenIn == Iteration)
        {
            return false;
        }
        series.SeenIn = Iteration;
        _seen++;
        return true;
    }

    /// <summary>
    /// Forgets what the scrape did not show. After a failed one all is kept, because the target will likely come back, unless failed
    /// scrapes with ever new labels have more than doubled the cache.
    /// </summary>
    public void EndScrape(bool succeeded)
    {
        if (succeeded || _series.Count > (_sizeAfterSuccess * 2) + 1000)
        {
            if (_seen < _series.Count)
            {
                Evict();
            }
            if (succeeded)
            {
                _sizeAfterSuccess = _series.Count;
            }
        }
    }

    private void Evict()
    {
        var evicted = 0;
        foreach (var (text, series) in _series)
        {
            // Removing while enumerating is allowed for dictionaries.
            if (series.SeenIn != Iteration && !series.IsLive)
            {
                series.IsEvicted = true;
                series.Next = null;
                _series.Remove(text);
                evicted++;
            }
        }
        if (First is { IsEvicted: true })
        {
            First = null;
        }
        if (evicted > _series.Count)
        {
            Strings.Clear();
            _series.TrimExcess();
        }
    }

    /// <summary>Hashes with a seed of its own, so that a target cannot prepare texts that collide.</summary>
    private sealed class TextComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        private readonly long _seed = Random.Shared.NextInt64();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] text) => GetHashCode(text.AsSpan());

        public bool Equals(ReadOnlySpan<byte> text, byte[] other) => text.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> text) => (int)XxHash3.HashToUInt64(text, _seed);

        public byte[] Create(ReadOnlySpan<byte> text) => text.ToArray();
    }
}

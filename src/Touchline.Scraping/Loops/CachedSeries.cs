using Touchline.Model;
using Touchline.Scraping.Exposition;
using Touchline.Storage;

namespace Touchline.Scraping.Loops;

/// <summary>A series text that a target has shown, with all that was worked out from it once.</summary>
internal sealed class CachedSeries(byte[] text, Labels? labels)
{
    public const int Never = -1;

    public byte[] Text => text;

    /// <summary>The labels to store, null where metric relabelling dropped the series.</summary>
    public Labels? Labels => labels;

    public SeriesRef Reference;

    /// <summary>What followed it in the previous scrape: most targets keep their order, so that this mostly holds again.</summary>
    public CachedSeries? Next;

    /// <summary>The scrape in which it last stood in the body.</summary>
    public int SeenIn = Never;

    /// <summary>The scrape in which it last had a sample that a staleness marker has to end.</summary>
    public int LiveIn = Never;

    /// <summary>Whether it has samples in the store that no staleness marker ended.</summary>
    public bool IsLive;

    /// <summary>The scrape in which it was counted in scrape_series_added.</summary>
    public int KnownSince = Never;

    /// <summary>The scrape in which it last had a sample that was neither relabelled away nor quarantined.</summary>
    public int KeptIn = Never;

    /// <summary>The limit that its labels break, null where they break none.</summary>
    public string? Problem;

    /// <summary>Which part of a classic histogram it may be, where those are converted.</summary>
    public ClassicPart? Part;

    /// <summary>The exemplar that was last stored, as written; it is not stored again.</summary>
    public byte[]? Exemplar;

    /// <summary>The time of the latest exemplar of a histogram that was stored, ms since the Unix epoch.</summary>
    public long LatestExemplarMs = long.MinValue;

    /// <summary>Whether it says since when the series before it count.</summary>
    public readonly bool IsCreated = CountedSince.IsCreatedLine(labels);

    /// <summary>What the store was told of that last, ms since the Unix epoch.</summary>
    public long CreatedMs = CountedSince.Unknown;

    /// <summary>Set when it leaves the cache, because a neighbour may still point at it.</summary>
    public bool IsEvicted;

    /// <summary>The batch of the scrape was dropped: what was told in it is told again.</summary>
    public void Forget()
    {
        Exemplar = null;
        LatestExemplarMs = long.MinValue;
        CreatedMs = CountedSince.Unknown;
    }
}

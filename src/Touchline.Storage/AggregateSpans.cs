namespace Touchline.Storage;

/// <summary>Up to which time aggregates of which resolution are kept. Few: a store keeps two or three resolutions.</summary>
internal struct AggregateSpans
{
    private (long ThroughMs, long ResolutionMs)[]? _spans;

    public readonly bool IsEmpty => _spans is null;

    public void Add(long throughMs, long resolutionMs)
    {
        foreach (ref var span in (_spans ??= []).AsSpan())
        {
            if (span.ResolutionMs == resolutionMs)
            {
                span.ThroughMs = Math.Max(span.ThroughMs, throughMs);
                return;
            }
        }
        _spans = [.. _spans, (throughMs, resolutionMs)];
    }

    public readonly long At(long timeMs)
    {
        var coarsest = 0L;
        foreach (var (through, resolution) in _spans ?? [])
        {
            if (timeMs <= through && resolution > coarsest)
            {
                coarsest = resolution;
            }
        }
        return coarsest;
    }
}

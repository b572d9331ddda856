using Microsoft.Extensions.Logging;
using Touchline.Model;
using Touchline.Model.Protobuf;
using Touchline.RemoteWrite.Series;

namespace Touchline.RemoteWrite.Sending.Queueing;

/// <summary>Counts what is lost with a file that another process wrote.</summary>
internal sealed class SampleCount : IQueueVisitor
{
    private long _samples;

    private SampleCount()
    {
    }

    public static long Of(QueueSegment segment, ILogger logger)
    {
        var count = new SampleCount();
        try
        {
            using var reader = new SegmentReader(segment);
            var texts = new TextCache();
            while (reader.TryRead(out var payload))
            {
                QueueRecord.Read(payload.Span, count, texts);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or MalformedMessageException)
        {
            logger.LogDebug(e, "{Path} cannot be counted", segment.Path);
        }
        return count._samples;
    }

    public void Series(uint id, Labels labels, long createdMs)
    {
    }

    public void Created(uint series, long createdMs)
    {
    }

    public void Sample(uint series, long timestampMs, double value) => _samples++;

    public void Histogram(uint series, long timestampMs, bool hasCustomBuckets, ReadOnlySpan<byte> message) => _samples++;

    public void Exemplar(uint series, Exemplar exemplar)
    {
    }
}

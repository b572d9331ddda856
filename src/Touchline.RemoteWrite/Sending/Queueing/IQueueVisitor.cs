using Touchline.Model;

namespace Touchline.RemoteWrite.Sending.Queueing;

/// <summary>Is told the parts of records, in the order in which they were queued.</summary>
internal interface IQueueVisitor
{
    /// <param name="createdMs">Since when it counts; 0 where that was not told.</param>
    void Series(uint id, Labels labels, long createdMs);

    void Created(uint series, long createdMs);

    void Sample(uint series, long timestampMs, double value);

    /// <param name="message">As remote write has it, valid during the call.</param>
    void Histogram(uint series, long timestampMs, bool hasCustomBuckets, ReadOnlySpan<byte> message);

    void Exemplar(uint series, Exemplar exemplar);
}

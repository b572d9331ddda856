using Touchline.Model;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Wal;

/// <summary>Takes the parts of a batch record in the order in which they were committed. References mean what the record's type says.</summary>
internal interface IBatchVisitor
{
    /// <param name="reference">The series.</param>
    /// <param name="labels">Stands at its labels, and is to be moved behind them.</param>
    void Series(uint reference, ref ByteReader labels);

    void Metadata(string metric, MetricMetadata metadata);

    /// <param name="reference">The series.</param>
    /// <param name="time">Its time, ms since the Unix epoch.</param>
    /// <param name="value">Its value.</param>
    /// <param name="outOfOrder">Whether it was known to be out of order when it was committed.</param>
    void Sample(uint reference, long time, double value, bool outOfOrder);

    /// <param name="reference">The series.</param>
    /// <param name="time">Its time, ms since the Unix epoch.</param>
    /// <param name="payload">The histogram as docs/formats/chunk.md has it; valid during the call.</param>
    /// <param name="outOfOrder">As for a float.</param>
    void Histogram(uint reference, long time, ReadOnlySpan<byte> payload, bool outOfOrder);

    void Exemplar(uint reference, Exemplar exemplar);

    void Created(uint reference, long createdMs);
}

using Touchline.Model;
using Touchline.RemoteWrite.Sending.Shards;

namespace Touchline.RemoteWrite.Sending.Messages;

/// <summary>Makes messages of samples. Reused; not thread-safe.</summary>
internal interface IRequestEncoder
{
    /// <summary>A message with the samples, those of a series beside each other and in their order. Valid until the next call.</summary>
    ReadOnlyMemory<byte> Encode(IReadOnlyList<PendingSample> samples);

    /// <summary>A message with metadata only, null where the version has none.</summary>
    ReadOnlyMemory<byte>? Encode(IReadOnlyList<KeyValuePair<string, MetricMetadata>> metadata);
}

using Touchline.Model;

namespace Touchline.RemoteWrite.Sending.Shards;

/// <summary>Something of a series that is to be sent.</summary>
/// <param name="Payload">A histogram's message as bytes, or an exemplar; null for a sample.</param>
/// <param name="Record">Told when it was sent, or given up.</param>
internal readonly record struct PendingSample(RemoteSeries Series, SampleKind Kind, long TimestampMs, double Value, object? Payload, RecordProgress Record)
{
    public byte[] Histogram => (byte[])Payload!;

    public Exemplar Exemplar => (Exemplar)Payload!;
}

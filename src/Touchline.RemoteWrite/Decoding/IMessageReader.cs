namespace Touchline.RemoteWrite.Decoding;

/// <summary>Reads one version's message into a batch.</summary>
internal interface IMessageReader
{
    /// <exception cref="Touchline.Model.Protobuf.MalformedMessageException">The bytes are no such message.</exception>
    void Read(ReadOnlySpan<byte> message, WriteBatch batch);
}

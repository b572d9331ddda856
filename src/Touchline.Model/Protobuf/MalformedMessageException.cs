namespace Touchline.Model.Protobuf;

/// <summary>Bytes that are no protobuf message of the expected shape.</summary>
public sealed class MalformedMessageException(string message) : Exception(message);

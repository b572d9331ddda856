namespace Touchline.Tsdb.Files;

/// <summary>Bytes of a file are not what its format says. Caught where the damaged part can be set aside and named.</summary>
internal sealed class CorruptDataException(string message) : Exception(message);

namespace Touchline.Collectors.Host;

/// <summary>What a collector watches is not there (no such hardware, no such module): it fails as in node_exporter, but that is no trouble.</summary>
internal sealed class NoDataException(string message) : Exception(message);

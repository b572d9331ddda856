namespace Touchline.Tsdb.Exchange;

/// <summary>An import or export cannot run; the message says why and what to do.</summary>
public sealed class ExchangeException(string message, Exception? inner = null) : Exception(message, inner);

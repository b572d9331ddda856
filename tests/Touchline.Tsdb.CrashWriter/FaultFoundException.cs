namespace Touchline.Tsdb.CrashWriter;

/// <summary>The store did not keep a promise. The message says which, and where.</summary>
public sealed class FaultFoundException(string message) : Exception(message);

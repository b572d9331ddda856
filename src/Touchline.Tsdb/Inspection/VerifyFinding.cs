namespace Touchline.Tsdb.Inspection;

/// <summary>Something wrong with a data directory.</summary>
/// <param name="File">The file, or the directory where it is about more than one.</param>
/// <param name="Offset">Where in the file; null where it is about all of it.</param>
/// <param name="Problem">What is wrong.</param>
/// <param name="Cost">What cannot be answered because of it.</param>
public sealed record VerifyFinding(string File, long? Offset, string Problem, string Cost);

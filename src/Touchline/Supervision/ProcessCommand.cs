namespace Touchline.Supervision;

/// <summary>A program to run; the environment is added to this process's own.</summary>
internal sealed record ProcessCommand(string FileName, IReadOnlyList<string> Arguments, string WorkingDirectory, IReadOnlyDictionary<string, string> Environment);

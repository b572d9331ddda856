namespace Touchline.Scraping.Families;

/// <summary>A body that breaks its format. The message says where and why, as the parser of the client libraries does.</summary>
public sealed class FamilyTextException(int line, string problem) : Exception($"text format parsing error in line {line}: {problem}")
{
    /// <summary>From 1.</summary>
    public int Line { get; } = line;

    /// <summary>What is wrong, without the place.</summary>
    public string Problem { get; } = problem;
}

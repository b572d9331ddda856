namespace Touchline.Model.RegularExpressions;

/// <summary>What <c>(?imsU)</c> switches.</summary>
internal readonly record struct Re2Flags
{
    public bool FoldCase { get; init; }

    public bool MultiLine { get; init; }

    public bool DotMatchesNewLine { get; init; }

    public bool NonGreedy { get; init; }
}

namespace Touchline.Model.RegularExpressions;

/// <summary>A node of a parsed regular expression.</summary>
internal abstract record RegexNode;

internal sealed record EmptyNode : RegexNode;

/// <summary>One character out of a set. A literal is a set of one.</summary>
internal sealed record SetNode(RuneSet Set) : RegexNode;

internal enum Assertion
{
    TextStart,
    TextEnd,
    LineStart,
    LineEnd,
    WordBoundary,
    NoWordBoundary,
}

internal sealed record AssertionNode(Assertion Assertion) : RegexNode;

/// <summary>A group that captures; its number counts from 1.</summary>
internal sealed record CaptureNode(int Number, string? Name, RegexNode Inner) : RegexNode;

/// <summary>A repetition; <paramref name="Max"/> is -1 without limit. <paramref name="Braced"/> where it was written with braces.</summary>
internal sealed record RepeatNode(RegexNode Inner, int Min, int Max, bool Lazy, bool Braced) : RegexNode;

internal sealed record ConcatNode(IReadOnlyList<RegexNode> Parts) : RegexNode;

internal sealed record AlternationNode(IReadOnlyList<RegexNode> Choices) : RegexNode;

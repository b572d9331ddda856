using System.Text;

namespace Touchline.Model.RegularExpressions;

/// <summary>What can be known of the texts that an expression matches without running it.</summary>
internal static class LiteralAnalysis
{
    /// <summary>An alternation that was written out may be as long as it likes; combinations are multiplied out only so far.</summary>
    private const int MaxCombinations = 4096;

    /// <summary>All texts that the expression matches, where they are few; null otherwise.</summary>
    public static IReadOnlyList<string>? Alternatives(RegexNode node)
    {
        switch (node)
        {
            case EmptyNode:
                return [""];
            case SetNode { Set: var set } when set.Count is > 0 and <= 64:
                var texts = new List<string>();
                foreach (var (low, high) in set.Ranges)
                {
                    for (var rune = low; rune <= high; rune++)
                    {
                        if (!Rune.IsValid(rune))
                        {
                            return null;
                        }
                        texts.Add(new Rune(rune).ToString());
                    }
                }
                return texts;
            case CaptureNode capture:
                return Alternatives(capture.Inner);
            case RepeatNode { Min: 0, Max: 1 } optional:
                return Alternatives(optional.Inner) is { } some ? [.. some, ""] : null;
            case AlternationNode alternation:
                var all = new List<string>();
                foreach (var choice in alternation.Choices)
                {
                    if (Alternatives(choice) is not { } more)
                    {
                        return null;
                    }
                    all.AddRange(more);
                }
                return all;
            case ConcatNode concat:
                return Combine(concat.Parts);
            default:
                return null;
        }
    }

    /// <summary>The parts in a row, with what means nothing in a match of the whole text left out: outer anchors, groups.</summary>
    public static List<RegexNode> Flatten(RegexNode node)
    {
        var parts = new List<RegexNode>();
        Collect(node, parts);
        while (parts is [AssertionNode { Assertion: Assertion.TextStart }, ..])
        {
            parts.RemoveAt(0);
        }
        while (parts is [.., AssertionNode { Assertion: Assertion.TextEnd }])
        {
            parts.RemoveAt(parts.Count - 1);
        }
        return parts;
    }

    /// <summary>What every text begins with.</summary>
    public static string Prefix(List<RegexNode> parts)
    {
        var prefix = new StringBuilder();
        foreach (var part in parts)
        {
            if (part is not SetNode { Set.Single: >= 0 and var rune } || !Rune.IsValid(rune))
            {
                break;
            }
            prefix.Append(new Rune(rune).ToString());
        }
        return prefix.ToString();
    }

    private static void Collect(RegexNode node, List<RegexNode> parts)
    {
        switch (node)
        {
            case EmptyNode:
                break;
            case CaptureNode capture:
                Collect(capture.Inner, parts);
                break;
            case ConcatNode concat:
                foreach (var part in concat.Parts)
                {
                    Collect(part, parts);
                }
                break;
            default:
                parts.Add(node);
                break;
        }
    }

    private static List<string>? Combine(IReadOnlyList<RegexNode> parts)
    {
        var heads = new List<StringBuilder> { new() };
        foreach (var part in parts)
        {
            if (Alternatives(part) is not { } tails || (heads.Count > 1 && tails.Count > 1 && (long)heads.Count * tails.Count > MaxCombinations))
            {
                return null;
            }
            if (tails.Count == 1)
            {
                heads.ForEach(h => h.Append(tails[0]));
                continue;
            }
            heads = [.. heads.SelectMany(_ => tails, (head, tail) => new StringBuilder().Append(head).Append(tail))];
        }
        return heads.ConvertAll(h => h.ToString());
    }
}

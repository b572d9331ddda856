using Touchline.PromQL.Syntax;

namespace Touchline.PromQL.Evaluation.Planning;

/// <summary>
/// The parts of a query that stand in it more than once, by their text: <c>a / (a + b)</c> has <c>a</c> twice. Of queries of ordinary size only, as printing every part takes time
/// with the square of their depth.
/// </summary>
internal sealed class RepeatedParts
{
    private const int MostParts = 256;

    private readonly Dictionary<Expr, string> _texts;

    private RepeatedParts(Dictionary<Expr, string> texts) => _texts = texts;

    /// <summary>Null where no part that reads samples is repeated.</summary>
    /// <param name="query">The whole query.</param>
    /// <param name="apart">A selector that has other samples than those of the same text; what it stands in is like nothing else.</param>
    public static RepeatedParts? Of(Expr query, VectorSelector? apart = null)
    {
        var selectors = new HashSet<string>(StringComparer.Ordinal);
        var parts = new List<Expr>();
        var repeats = false;
        foreach (var part in ExprTree.SelfAndDescendants(query))
        {
            parts.Add(part);
            if (parts.Count > MostParts)
            {
                return null;
            }
            repeats |= part is VectorSelector selector && !selectors.Add(selector.Name);
        }
        if (!repeats)
        {
            return null;
        }
        var texts = new Dictionary<Expr, string>(ReferenceEqualityComparer.Instance);
        foreach (var part in parts)
        {
            if (part.Type == ExprType.Vector && part is not ParenExpr && ReadsSamples(part, apart))
            {
                texts.Add(part, ExprPrinter.Print(part));
            }
        }
        var seen = texts.Values.CountBy(text => text, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        foreach (var (part, text) in texts)
        {
            if (seen[text] == 1)
            {
                texts.Remove(part);
            }
        }
        return texts.Count == 0 ? null : new RepeatedParts(texts);
    }

    /// <summary>What a part has in common with those that are the same; null where it is the only one.</summary>
    public string? TextOf(Expr part) => _texts.GetValueOrDefault(part);

    private static bool ReadsSamples(Expr part, VectorSelector? apart)
    {
        var reads = false;
        foreach (var selector in ExprTree.SelfAndDescendants(part).OfType<VectorSelector>())
        {
            if (ReferenceEquals(selector, apart))
            {
                return false;
            }
            reads = true;
        }
        return reads;
    }
}

using System.Runtime.InteropServices;
using Touchline.Model;
using MatchType = Touchline.Model.MatchType;

namespace Touchline.Tsdb.Index;

/// <summary>
/// From matchers to series of one index. A matcher that the empty string does not pass gives the series to intersect; one that
/// it does pass gives those to take away, because a series without the label passes it too.
/// </summary>
internal static class SeriesSelection
{
    /// <summary>The series that pass every matcher, ascending; all of them where there is no matcher. The answer may be the index's own.</summary>
    public static uint[] Select(ILabelIndex index, IReadOnlyList<LabelMatcher> matchers, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<uint>? passed = null;
        foreach (var matcher in matchers)
        {
            if (matcher.MatchesEmpty)
            {
                continue;
            }
            cancellationToken.ThrowIfCancellationRequested();
            var passing = Passing(index, matcher, cancellationToken);
            // The list of a name in the head may have a million series: copies of it, one a query, were more than a process has left that came up with little memory.
            passed = passed is { } before ? Postings.Intersect(before.Span, passing.Span, cancellationToken) : passing;
            if (passed.Value.Length == 0)
            {
                return [];
            }
        }
        var selected = passed is { } list ? ArrayOf(list) : index.AllSeries();
        foreach (var matcher in matchers)
        {
            if (matcher.MatchesEmpty && !PassesEverything(matcher))
            {
                cancellationToken.ThrowIfCancellationRequested();
                selected = Postings.Subtract(selected, Failing(index, matcher, cancellationToken), cancellationToken);
            }
        }
        return selected;
    }

    private static uint[] ArrayOf(ReadOnlyMemory<uint> list) =>
        MemoryMarshal.TryGetArray(list, out var segment) && segment.Array!.Length == segment.Count ? segment.Array : list.ToArray();

    private static ReadOnlyMemory<uint> Passing(ILabelIndex index, LabelMatcher matcher, CancellationToken cancellationToken)
    {
        if (matcher.Type == MatchType.Equal)
        {
            return index.ListOf(matcher.Name, matcher.Value);
        }
        if (matcher.Type == MatchType.RegexMatch && RegexLiterals.TryParse(matcher.Value, out var literals))
        {
            return Postings.Union([.. literals.Distinct().Select(literal => index.SeriesWith(matcher.Name, literal))], cancellationToken);
        }
        return UnionWhere(index, matcher.Name, matcher.Matches, cancellationToken);
    }

    private static uint[] Failing(ILabelIndex index, LabelMatcher matcher, CancellationToken cancellationToken)
    {
        if (matcher.Type == MatchType.NotEqual)
        {
            return index.SeriesWith(matcher.Name, matcher.Value);
        }
        if (matcher.Type == MatchType.RegexNoMatch && RegexLiterals.TryParse(matcher.Value, out var literals))
        {
            return Postings.Union([.. literals.Distinct().Select(literal => index.SeriesWith(matcher.Name, literal))], cancellationToken);
        }
        return UnionWhere(index, matcher.Name, value => !matcher.Matches(value), cancellationToken);
    }

    private static uint[] UnionWhere(ILabelIndex index, string name, Predicate<string> passes, CancellationToken cancellationToken)
    {
        var lists = new List<uint[]>();
        var tried = 0;
        foreach (var value in index.ValuesOf(name))
        {
            // An expression may take tens of microseconds for a long value.
            if ((++tried & 255) == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
            if (passes(value.Value))
            {
                lists.Add(value.Series());
            }
        }
        return Postings.Union(lists, cancellationToken);
    }

    private static bool PassesEverything(LabelMatcher matcher) => matcher is { Type: MatchType.RegexMatch, Value: ".*" };
}

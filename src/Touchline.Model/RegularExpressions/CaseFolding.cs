using System.Collections.Frozen;
using System.Text;

namespace Touchline.Model.RegularExpressions;

/// <summary>Which code points are the same but for their case, by Unicode's simple mappings: k, K and the Kelvin sign.</summary>
internal static class CaseFolding
{
    // All letters with case lie below.
    private const int Last = 0x1ffff;

    private static readonly Lazy<FrozenDictionary<int, int[]>> Orbits = new(Build);

    public static RuneSet Close(RuneSet set)
    {
        var ranges = new List<(int, int)>(set.Ranges.ToArray());
        foreach (var (rune, orbit) in Orbits.Value)
        {
            if (set.Contains(rune, rune))
            {
                ranges.AddRange(orbit.Select(r => (r, r)));
            }
        }
        return RuneSet.Of(ranges);
    }

    private static FrozenDictionary<int, int[]> Build()
    {
        var groups = new Dictionary<int, SortedSet<int>>();
        for (var value = (int)'A'; value <= Last; value++)
        {
            Join(groups, value);
        }
        // What the runtime's invariant mappings leave out, for fear of the Turkish i, folds for RE2.
        Merge(groups, 'S', 0x17f);
        return groups.Where(g => g.Value.Count > 1).ToFrozenDictionary(g => g.Key, g => g.Value.ToArray());
    }

    private static void Join(Dictionary<int, SortedSet<int>> groups, int value)
    {
        // Dotted and dotless i fold with nothing.
        if (!Rune.IsValid(value) || value is 0x130 or 0x131)
        {
            return;
        }
        var rune = new Rune(value);
        Merge(groups, value, Rune.ToUpperInvariant(rune).Value);
        Merge(groups, value, Rune.ToLowerInvariant(rune).Value);
    }

    private static void Merge(Dictionary<int, SortedSet<int>> groups, int a, int b)
    {
        if (a == b)
        {
            return;
        }
        var joined = groups.GetValueOrDefault(a, [a]);
        joined.UnionWith(groups.GetValueOrDefault(b, [b]));
        foreach (var member in joined)
        {
            groups[member] = joined;
        }
    }
}

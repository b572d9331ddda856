namespace Touchline.Model.RegularExpressions;

/// <summary>A set of code points as sorted ranges, both ends inclusive, that neither touch nor overlap. Immutable.</summary>
internal sealed class RuneSet
{
    public const int MaxRune = 0x10ffff;

    private readonly (int Low, int High)[] _ranges;

    private RuneSet((int, int)[] ranges) => _ranges = ranges;

    public static RuneSet Empty { get; } = new([]);

    public static RuneSet All { get; } = new([(0, MaxRune)]);

    public ReadOnlySpan<(int Low, int High)> Ranges => _ranges;

    /// <summary>The only code point in it, or -1.</summary>
    public int Single => _ranges is [var (low, high)] && low == high ? low : -1;

    public bool IsAll => _ranges is [(0, MaxRune)];

    /// <summary>How many code points are in it.</summary>
    public int Count => _ranges.Sum(r => r.High - r.Low + 1);

    public static RuneSet Of(int rune) => new([(rune, rune)]);

    /// <summary>Of ranges in any order.</summary>
    public static RuneSet Of(IEnumerable<(int Low, int High)> ranges)
    {
        var merged = new List<(int Low, int High)>();
        foreach (var (low, high) in ranges.OrderBy(r => r.Low))
        {
            if (merged.Count > 0 && low <= merged[^1].High + 1)
            {
                merged[^1] = (merged[^1].Low, Math.Max(merged[^1].High, high));
            }
            else
            {
                merged.Add((low, high));
            }
        }
        return new RuneSet([.. merged]);
    }

    public RuneSet Union(RuneSet other) => Of(_ranges.Concat(other._ranges));

    public RuneSet Negate()
    {
        var gaps = new List<(int, int)>();
        var next = 0;
        foreach (var (low, high) in _ranges)
        {
            if (low > next)
            {
                gaps.Add((next, low - 1));
            }
            next = high + 1;
        }
        if (next <= MaxRune)
        {
            gaps.Add((next, MaxRune));
        }
        return new RuneSet([.. gaps]);
    }

    /// <summary>The part between two code points.</summary>
    public RuneSet Within(int low, int high) => new([.. _ranges.Where(r => r.Low <= high && r.High >= low).Select(r => (Math.Max(r.Low, low), Math.Min(r.High, high)))]);

    public bool Contains(int low, int high) => Array.Exists(_ranges, r => r.Low <= low && r.High >= high);
}

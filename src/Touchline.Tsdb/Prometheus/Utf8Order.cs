namespace Touchline.Tsdb.Prometheus;

/// <summary>
/// Orders strings as their UTF-8 bytes are ordered, which is by code point. It differs from the order of UTF-16 only where surrogates meet
/// characters behind them.
/// </summary>
internal sealed class Utf8Order : IComparer<string>
{
    public static Utf8Order Instance { get; } = new();

    public int Compare(string? left, string? right)
    {
        var shared = left.AsSpan().CommonPrefixLength(right);
        return shared < left!.Length && shared < right!.Length
            ? Rank(left[shared]).CompareTo(Rank(right[shared]))
            : left.Length.CompareTo(right!.Length);
    }

    /// <summary>Moves surrogates, which stand for what lies beyond the basic plane, behind the rest of it.</summary>
    private static int Rank(char unit) => unit >= '\ue000' ? unit - 0x800 : unit >= '\ud800' ? unit + 0x2000 : unit;
}

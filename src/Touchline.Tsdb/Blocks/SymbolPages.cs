using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Blocks;

/// <summary>
/// The symbols of one index that were read, by number. In pages, made when something is put there: a query that looks at a few series of a block of thousands needs few of them, and
/// one array for all would be a large object each time. Thread-safe: who reads a symbol twice reads the same.
/// </summary>
/// <param name="count">Of the symbols of the index (<see cref="BlockIndex.SymbolCount"/>).</param>
internal sealed class SymbolPages(int count)
{
    private const int PageBits = 6;
    private const int PageSize = 1 << PageBits;

    private readonly string?[]?[] _pages = new string?[]?[(count + PageSize - 1) >> PageBits];
    private readonly int[]?[] _hashes = new int[]?[(count + PageSize - 1) >> PageBits];

    /// <summary>The place of the part that the label of a symbol has in a hash, 0 until it was made.</summary>
    public ref int HashOf(uint number)
    {
        Check(number);
        ref var page = ref _hashes[number >> PageBits];
        return ref (page ??= new int[PageSize])[number & (PageSize - 1)];
    }

    /// <summary>The place of a symbol, null until it was read.</summary>
    /// <exception cref="CorruptDataException">There is no such symbol.</exception>
    public ref string? this[uint number]
    {
        get
        {
            Check(number);
            ref var page = ref _pages[number >> PageBits];
            return ref (page ??= new string?[PageSize])[number & (PageSize - 1)];
        }
    }

    private void Check(uint number)
    {
        if (number >= (uint)count)
        {
            throw new CorruptDataException($"label value {number} of {count}");
        }
    }
}

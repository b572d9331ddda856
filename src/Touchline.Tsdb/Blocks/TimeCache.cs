namespace Touchline.Tsdb.Blocks;

/// <summary>
/// The columns of times that a query decoded lately, in a fixed number of places: the series of a scrape share theirs, and follow each other.
/// Thread-safe: a place is read and replaced as a whole.
/// </summary>
internal sealed class TimeCache
{
    /// <summary>At most some 4 MiB of full columns.</summary>
    private const int Places = 256;

    private readonly Entry?[] _places = new Entry?[Places];

    public long[]? Find(Block block, uint number) =>
        Volatile.Read(ref _places[PlaceOf(block, number)]) is { } entry && entry.Block == block && entry.Number == number ? entry.Times : null;

    public long[] Add(Block block, uint number, long[] times)
    {
        Volatile.Write(ref _places[PlaceOf(block, number)], new Entry(block, number, times));
        return times;
    }

    private static int PlaceOf(Block block, uint number) => (int)(((uint)block.GetHashCode() + number) % Places);

    private sealed record Entry(Block Block, uint Number, long[] Times);
}

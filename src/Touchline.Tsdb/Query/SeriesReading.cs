using Touchline.Storage;
using Touchline.Tsdb.Blocks;

namespace Touchline.Tsdb.Query;

/// <summary>What the series of one selection have in common when they are read.</summary>
/// <param name="Querier">Whose series they are.</param>
/// <param name="Hints">What the samples are for; null where the caller did not say, who then gets nothing from before the times it asks for.</param>
/// <param name="Cancellation">Ends the selection, and reading what it selected: a caller that gave up waits for no chunk more.</param>
internal sealed record SeriesReading(TsdbQuerier Querier, SelectHints? Hints, CancellationToken Cancellation)
{
    private const int PageBits = 6; // Pages are too small for the heap of large objects, which only full collections look at.
    private const int PageSize = 1 << PageBits;

    private readonly List<BlockPart[]> _pages = [];
    private int _count;

    /// <summary>Whether nobody looks at values, so that none is decoded but those that may be staleness markers.</summary>
    public bool TimesOnly => Hints is { Reading: SampleReading.Count or SampleReading.Presence };

    public bool IsCount => Hints is { Reading: SampleReading.Count };

    /// <summary>Whether samples are only counted or looked for, and for one time: then those of a chunk can be one row.</summary>
    public bool CountsOnce => TimesOnly && Hints is { StepMs: 0 };

    /// <summary>What blocks have of the series, of all series in a few arrays: a million of them with a list each would be twice as many objects.</summary>
    public ref readonly BlockPart this[int part] => ref _pages[part >> PageBits][part & (PageSize - 1)];

    /// <summary>Adds what a block has of a series, and answers its place.</summary>
    public int Add(Block block, in ChunkListPlace chunks)
    {
        if (_count >> PageBits == _pages.Count)
        {
            _pages.Add(new BlockPart[PageSize]);
        }
        _pages[_count >> PageBits][_count & (PageSize - 1)] = new BlockPart(block, chunks) { Next = -1 };
        return _count++;
    }

    /// <summary>Has one part follow another, of a later block.</summary>
    public void Link(int part, int next) => _pages[part >> PageBits][part & (PageSize - 1)].Next = next;

    /// <summary>What a block has of a series, and where what the next block has of it is; -1 where none has.</summary>
    internal record struct BlockPart(Block Block, ChunkListPlace Chunks)
    {
        public int Next { get; set; }
    }
}

using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Files;
using Touchline.Tsdb.Query;

namespace Touchline.Tsdb.Compaction;

/// <summary>
/// Walks the series of several blocks as one, in the order of their labels, one series in memory at a time. Where two blocks have a sample of
/// one series at one time, that of the block that comes first stays: the order of the catalog, which queries use too.
/// </summary>
internal sealed class BlockMerge
{
    private readonly Cursor[] _cursors;
    private readonly List<ChunkMeta> _chunks = [];

    public BlockMerge(IEnumerable<Block> blocks)
    {
        _cursors = [.. blocks.Select(block => new Cursor(block))];
    }

    /// <summary>What the sources keep of the series that <see cref="Next"/> gave beside its samples.</summary>
    public SeriesExtras Extras { get; } = new();

    /// <summary>Gives the next series with its samples, ascending, which replace what the columns held; null behind the last.</summary>
    /// <exception cref="CorruptDataException">A source is damaged. Nothing is merged then: what is left of it stays in its own block.</exception>
    public Labels? Next(SampleColumns rows)
    {
        rows.Clear();
        Extras.Clear();
        Labels? least = null;
        foreach (var cursor in _cursors)
        {
            if (cursor.Labels is { } labels && (least is null || labels.CompareTo(least) < 0))
            {
                least = labels;
            }
        }
        if (least is null)
        {
            return null;
        }
        foreach (var cursor in _cursors)
        {
            if (cursor.Labels is { } labels && (ReferenceEquals(labels, least) || labels.Equals(least)))
            {
                Read(cursor, rows);
                cursor.Advance();
            }
        }
        return least;
    }

    private void Read(Cursor cursor, SampleColumns rows)
    {
        var start = rows.Count;
        _chunks.Clear();
        cursor.Block.Index.ChunksOf(cursor.Series, long.MinValue, long.MaxValue, _chunks);
        foreach (var chunk in _chunks)
        {
            if (cursor.Block.Read(chunk, long.MinValue, long.MaxValue, rows) is { } damage)
            {
                throw new CorruptDataException(damage);
            }
        }
        var deleted = cursor.Block.Tombstones.Of(cursor.Series);
        DeletedRows.Remove(rows, start, deleted);
        cursor.Extras.Clear();
        cursor.Block.Index.ExtrasOf(cursor.Series, cursor.Extras);
        cursor.Extras.Remove(deleted);
        Extras.Add(cursor.Extras);
        SampleMerge.KeepOrder(rows, 0, start);
    }

    private sealed class Cursor
    {
        private readonly SymbolCache _symbols;

        public Cursor(Block block)
        {
            Block = block;
            _symbols = new SymbolCache(block.Index);
            Load();
        }

        public Block Block { get; }

        public SeriesExtras Extras { get; } = new();

        public uint Series { get; private set; }

        /// <summary>The series that the cursor stands at; null behind the last.</summary>
        public Labels? Labels { get; private set; }

        public void Advance()
        {
            Series++;
            Load();
        }

        private void Load() => Labels = Series < Block.Index.SeriesCount ? Block.Index.LabelsOf(Series, _symbols) : null;
    }
}

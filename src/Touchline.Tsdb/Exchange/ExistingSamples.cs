using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Files;
using Touchline.Tsdb.Prometheus;
using Touchline.Tsdb.Query;

namespace Touchline.Tsdb.Exchange;

/// <summary>
/// What the blocks of a data directory hold already in a range of time, so that samples that come again (a second import, a block that
/// overlaps another) are not stored twice. Walks series in the order of their labels, as they come.
/// </summary>
internal sealed class ExistingSamples
{
    private readonly List<Cursor> _cursors;
    private readonly long _minTime;
    private readonly long _lastTime;
    private readonly SampleColumns _existing = new();
    private readonly SampleColumns _new = new();

    /// <param name="blocks">The blocks, opened, in any order.</param>
    /// <param name="minTime">The first time of the range.</param>
    /// <param name="maxTime">The first time behind it.</param>
    public ExistingSamples(IEnumerable<Block> blocks, long minTime, long maxTime)
    {
        _cursors = [.. blocks.Where(block => block.Meta.MinTimeMs < maxTime && block.Meta.MaxTimeMs > minTime).Select(block => new Cursor(block))];
        _minTime = minTime;
        _lastTime = maxTime - 1;
    }

    /// <summary>Rows that are there already and were left out until now.</summary>
    public long Duplicates { get; private set; }

    /// <summary>The rows whose times no block has; series must come in the order of their labels.</summary>
    public SampleColumns Without(Labels labels, SampleColumns rows)
    {
        _existing.Clear();
        foreach (var cursor in _cursors)
        {
            var before = _existing.Count;
            cursor.Read(labels, _minTime, _lastTime, _existing);
            if (before > 0 && _existing.Count > before)
            {
                SampleMerge.Merge(_existing, 0, before);
            }
        }
        if (_existing.Count == 0)
        {
            return rows;
        }
        _new.Clear();
        var known = _existing.Timestamps;
        var at = 0;
        for (var i = 0; i < rows.Count; i++)
        {
            var time = rows.Timestamps[i];
            while (at < known.Length && known[at] < time)
            {
                at++;
            }
            if (at < known.Length && known[at] == time)
            {
                Duplicates++;
            }
            else
            {
                _new.AddRow(rows, i);
            }
        }
        return _new;
    }

    private sealed class Cursor(Block block)
    {
        private readonly SymbolPages _symbols = new SymbolPages(block.Index.SymbolCount);
        private readonly List<ChunkMeta> _chunks = [];
        private uint _series;
        private Labels? _labels;

        public void Read(Labels labels, long minTime, long maxTime, SampleColumns into)
        {
            try
            {
                if (!TryReach(labels))
                {
                    return;
                }
                _chunks.Clear();
                block.Index.ChunksOf(_series, minTime, maxTime, _chunks);
                foreach (var chunk in _chunks)
                {
                    block.Read(chunk, minTime, maxTime, into); // What is damaged is not there, and comes in again.
                }
            }
            catch (CorruptDataException)
            {
                _series = uint.MaxValue; // The block is damaged, and says so when the store opens: it holds nothing that counts.
            }
        }

        private bool TryReach(Labels labels)
        {
            while (_series < block.Index.SeriesCount)
            {
                _labels ??= block.Index.LabelsOf(_series, _symbols);
                var order = _labels.CompareTo(labels);
                if (order >= 0)
                {
                    return order == 0;
                }
                _series++;
                _labels = null;
            }
            return false;
        }
    }
}

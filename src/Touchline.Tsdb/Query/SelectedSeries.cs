using Touchline.Model;
using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Index;

namespace Touchline.Tsdb.Query;

/// <summary>
/// The series that a selection has found so far: those of the head, then those that only blocks have. Finds the ones that a block has too, mostly by what an earlier
/// query found out (<see cref="Block.HeadReferences"/>).
/// </summary>
/// <param name="index">The head's, that the first series were found in.</param>
/// <param name="all">Those of the head, their references ascending.</param>
internal sealed class SelectedSeries(HeadIndex index, List<TsdbSeries> all)
{
    /// <summary>A table of places may be so many times as long as the series that it places.</summary>
    private const int MostSparse = 8;

    private readonly int _ofHead = all.Count;
    private readonly int[]? _places = PlacesOf(all); // By reference, from the least on; the place plus one.
    private Dictionary<Labels, TsdbSeries>? _others; // Those that only blocks have, made when one is looked for.
    private bool _mayHaveOthers;

    public List<TsdbSeries> All => all;

    /// <summary>The series of the head that a series of a block is; null where the selection has none.</summary>
    /// <param name="block">The block.</param>
    /// <param name="number">Of the series there.</param>
    /// <param name="symbols">The block's cache.</param>
    /// <param name="labels">The series' labels, where they had to be made.</param>
    public TsdbSeries? OfHead(Block block, uint number, string?[] symbols, out Labels? labels)
    {
        labels = null;
        if (_ofHead == 0)
        {
            return null;
        }
        ref var reference = ref block.HeadReferences[number];
        if (Volatile.Read(ref reference) is var known and not 0 && At(known) is { } series)
        {
            return series;
        }
        labels = block.Index.LabelsOf(number, symbols);
        series = OfHead(labels);
        if (series is not null)
        {
            Volatile.Write(ref reference, series.HeadReference);
        }
        return series;
    }

    /// <summary>A block is next, which has each series once: what is only in the first needs no looking for.</summary>
    public void BeginBlock() => _mayHaveOthers = all.Count > _ofHead;

    /// <summary>A block of aggregates is next, which has several columns of a series.</summary>
    public void BeginAggregates() => _mayHaveOthers = true;

    public TsdbSeries? Find(Labels labels) => OfHead(labels) ?? OfBlocks(labels);

    /// <summary>The one of these labels that only blocks before this one have.</summary>
    public TsdbSeries? OfBlocks(Labels labels)
    {
        if (!_mayHaveOthers)
        {
            return null;
        }
        if (_others is null)
        {
            _others = new Dictionary<Labels, TsdbSeries>(all.Count - _ofHead);
            foreach (var series in all.Skip(_ofHead))
            {
                _others[series.Labels] = series;
            }
        }
        return _others.GetValueOrDefault(labels);
    }

    public void Add(TsdbSeries series)
    {
        all.Add(series);
        _others?.Add(series.Labels, series);
    }

    private static int[]? PlacesOf(List<TsdbSeries> all)
    {
        if (all.Count == 0)
        {
            return null;
        }
        var least = all[0].HeadReference;
        var span = (long)all[^1].HeadReference - least + 1;
        if (span > (long)all.Count * MostSparse)
        {
            return null;
        }
        var places = new int[span];
        for (var i = 0; i < all.Count; i++)
        {
            places[all[i].HeadReference - least] = i + 1;
        }
        return places;
    }

    private TsdbSeries? OfHead(Labels labels)
    {
        if (_ofHead == 0)
        {
            return null;
        }
        var search = index.Search(labels);
        while (index.Next(ref search, labels, out var reference))
        {
            if (At(reference) is { } series)
            {
                return series;
            }
        }
        return null;
    }

    private TsdbSeries? At(uint reference)
    {
        if (_places is not null)
        {
            var place = (long)reference - all[0].HeadReference;
            return place >= 0 && place < _places.Length && _places[place] is var found and > 0 ? all[found - 1] : null;
        }
        var (low, high) = (0, _ofHead - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = all[middle].HeadReference.CompareTo(reference);
            if (order == 0)
            {
                return all[middle];
            }
            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }
        return null;
    }
}

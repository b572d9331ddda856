using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Files;
using Touchline.Tsdb.Head;
using Touchline.Tsdb.Index;

namespace Touchline.Tsdb.Query;

/// <summary>Finds exemplars in head and blocks. What a block was cut of may still be in the head: each is given once.</summary>
internal sealed class ExemplarSearch(MetricHead head, BlockCatalog catalog, long minTime, long maxTime, Action<string> damage)
{
    private readonly SortedDictionary<Labels, SeriesExtras> _found = [];

    public IReadOnlyList<ExemplarSeries> Run(IReadOnlyList<IReadOnlyList<LabelMatcher>> selectors, CancellationToken cancellationToken)
    {
        SearchHead(selectors, cancellationToken);
        foreach (var block in catalog.Acquire(minTime, maxTime))
        {
            try
            {
                SearchBlock(block, selectors, cancellationToken);
            }
            catch (CorruptDataException e)
            {
                damage($"{Path.Combine(block.Directory, BlockFiles.Index)}: {e.Message}");
            }
            finally
            {
                block.Release();
            }
        }
        return [.. _found.Where(entry => entry.Value.Exemplars.Count > 0).Select(entry => new ExemplarSeries(entry.Key, [.. entry.Value.Exemplars]))];
    }

    private void SearchHead(IReadOnlyList<IReadOnlyList<LabelMatcher>> selectors, CancellationToken cancellationToken)
    {
        var exemplars = head.Exemplars.Within(minTime, maxTime);
        if (exemplars.Count == 0)
        {
            return;
        }
        var index = head.Index;
        var selected = Select(index, selectors, cancellationToken);
        foreach (var (series, exemplar) in exemplars)
        {
            // Of a series that the head has forgotten, a block has them.
            if (selected.Contains(series) && head.Find(series) is not null)
            {
                ExtrasOf(index.LabelsOf(series)).AddExemplars([exemplar]);
            }
        }
    }

    private void SearchBlock(Block block, IReadOnlyList<IReadOnlyList<LabelMatcher>> selectors, CancellationToken cancellationToken)
    {
        var owners = block.Index.SeriesWithExemplars();
        if (owners.Length == 0)
        {
            return;
        }
        var selected = Select(block.Index, selectors, cancellationToken);
        var symbols = new SymbolCache(block.Index);
        var extras = new SeriesExtras();
        foreach (var series in owners)
        {
            if (selected.Contains(series))
            {
                extras.Clear();
                block.Index.ExtrasOf(series, extras);
                extras.Remove(block.Tombstones.Of(series));
                ExtrasOf(block.Index.LabelsOf(series, symbols)).AddExemplars(
                    extras.Exemplars.Where(exemplar => exemplar.TimestampMs >= minTime && exemplar.TimestampMs <= maxTime));
            }
        }
    }

    private static HashSet<uint> Select(ILabelIndex index, IReadOnlyList<IReadOnlyList<LabelMatcher>> selectors, CancellationToken cancellationToken)
    {
        var selected = new HashSet<uint>();
        foreach (var matchers in selectors)
        {
            selected.UnionWith(SeriesSelection.Select(index, matchers, cancellationToken));
        }
        return selected;
    }

    private SeriesExtras ExtrasOf(Labels labels)
    {
        if (!_found.TryGetValue(labels, out var extras))
        {
            _found.Add(labels, extras = new SeriesExtras());
        }
        return extras;
    }
}

using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Aggregates;
using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Cardinality;
using Touchline.Tsdb.Files;
using Touchline.Tsdb.Head;
using Touchline.Tsdb.Index;

namespace Touchline.Tsdb.Query;

/// <summary>
/// Reads head and blocks as one. Blocks are referenced from the start; those cut later are added after the head was looked at, so
/// that samples which move from the head to a block meanwhile are seen in at least one of them.
/// </summary>
internal sealed class TsdbQuerier : IQuerier
{
    private const int MaxWarnings = 100;

    /// <summary>How many windows before the times asked for are given, so that windows of a query can be moved to the grid of aggregates.</summary>
    private const int EarlierWindows = 3;

    /// <summary>Series of the head that are looked at together: so few that what is noted of them is not too large for the youngest generation.</summary>
    private const int SeriesPerThread = 512;

    private readonly MetricHead _head;
    private readonly BlockCatalog _catalog;
    private readonly Action<string> _damage;
    private readonly MetricReads _reads;
    private readonly CommitPin _reader;
    private readonly List<Block> _blocks;
    private readonly Dictionary<Block, SymbolPages> _symbols = [];
    private readonly TimeCache _times = new();
    private readonly Lock _warningsLock = new();
    private readonly List<string> _warnings = [];
    private readonly AggregateNotes _notes = new();
    private bool _disposed;

    public TsdbQuerier(MetricHead head, BlockCatalog catalog, MetricReads reads, long minTimeMs, long maxTimeMs, Action<string> damage)
    {
        _head = head;
        _catalog = catalog;
        _damage = damage;
        _reads = reads;
        MinTimeMs = minTimeMs;
        MaxTimeMs = maxTimeMs;
        _reader = head.Pins.Add(() => head.Committed);
        _blocks = AcquireBlocks();
        if (IsBehindBlocks())
        {
            // Cut between the two lines above.
            _reader.MoveOn(() => head.Committed, keepsAll: false);
        }
    }

    public long MinTimeMs { get; }

    public long MaxTimeMs { get; }

    public IReadOnlyList<string> Warnings
    {
        get
        {
            lock (_warningsLock)
            {
                return [.. _warnings];
            }
        }
    }

    public IReadOnlyList<string> Notes => _notes.All();

    public IReadOnlyList<ISeries> Select(IReadOnlyList<LabelMatcher> matchers, bool sorted, CancellationToken cancellationToken) =>
        Select(matchers, sorted, new SeriesReading(this, null, cancellationToken));

    public IReadOnlyList<ISeries> Select(
        IReadOnlyList<LabelMatcher> matchers, bool sorted, SelectHints hints, CancellationToken cancellationToken)
    {
        var reading = new SeriesReading(this, hints, cancellationToken);
        var selected = SelectHead(matchers, reading, out var head);
        // Only who says what the samples are for reads them; the others list names.
        if (selected.Count == 0 && _blocks is [{ Meta.ResolutionMs: 0 } block])
        {
            BlockSeriesList? alone = null;
            ForEachBlock(earlier: true, _ => alone = new BlockSeriesList(block, SeriesSelection.Select(block.Index, matchers, cancellationToken), SymbolsOf(block), reading));
            if (alone is { Count: > 0 })
            {
                _reads.Note(matchers, alone.MetricNames(), cancellationToken);
            }
            return alone ?? (IReadOnlyList<ISeries>)[];
        }
        Complete(head, selected, matchers, sorted, reading);
        if (selected.Count > 0)
        {
            _reads.Note(matchers, selected.Select(series => series.MetricName), cancellationToken);
        }
        return selected;
    }

    private List<TsdbSeries> Select(IReadOnlyList<LabelMatcher> matchers, bool sorted, SeriesReading reading)
    {
        var selected = SelectHead(matchers, reading, out var index);
        Complete(index, selected, matchers, sorted, reading);
        return selected;
    }

    /// <summary>Adds what blocks have to what was found in the head.</summary>
    private void Complete(HeadIndex index, List<TsdbSeries> selected, IReadOnlyList<LabelMatcher> matchers, bool sorted, SeriesReading reading)
    {
        var placed = new List<TsdbSeries>();
        if (_blocks.Count > 0)
        {
            AddBlocks(new SelectedSeries(index, selected), matchers, reading, sorted ? placed : null);
        }
        if (sorted)
        {
            LabelOrder.Complete(selected, placed, reading.Cancellation);
        }
    }

    public IReadOnlyList<string> LabelNames(IReadOnlyList<LabelMatcher> matchers, CancellationToken cancellationToken)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        if (matchers.Count > 0)
        {
            foreach (var series in Select(matchers, false, cancellationToken))
            {
                cancellationToken.ThrowIfCancellationRequested();
                foreach (var label in series.Labels)
                {
                    names.Add(label.Name);
                }
            }
            return [.. names];
        }
        foreach (var label in _head.Index.Labels)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var pair in label.Pairs)
            {
                if (IsAlive(pair, cancellationToken))
                {
                    names.Add(label.Name);
                    break;
                }
            }
        }
        PinNewBlocks();
        ForEachBlock(earlier: false, block =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            names.UnionWith(block.Index.LabelNames());
        });
        names.Remove(AggregateLabel.Name);
        return [.. names];
    }

    public IReadOnlyList<string> LabelValues(string name, IReadOnlyList<LabelMatcher> matchers, CancellationToken cancellationToken)
    {
        var values = new SortedSet<string>(StringComparer.Ordinal);
        if (matchers.Count > 0)
        {
            foreach (var series in Select(matchers, false, cancellationToken))
            {
                cancellationToken.ThrowIfCancellationRequested();
                values.Add(series.Labels[name]);
            }
            values.Remove("");
            return [.. values];
        }
        if (name == AggregateLabel.Name)
        {
            return [];
        }
        if (_head.Index.FindLabel(name) is { } label)
        {
            foreach (var pair in label.Pairs)
            {
                if (IsAlive(pair, cancellationToken))
                {
                    values.Add(pair.Value);
                }
            }
        }
        cancellationToken.ThrowIfCancellationRequested();
        PinNewBlocks();
        ForEachBlock(earlier: false, block => values.UnionWith(ValuesOf(block, name, cancellationToken)));
        return [.. values];
    }

    private static IEnumerable<string> ValuesOf(Block block, string name, CancellationToken cancellationToken)
    {
        var looked = 0;
        foreach (var value in block.Index.ValuesOf(name))
        {
            if ((looked++ & 1023) == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
            yield return value.Value;
        }
    }

    public IReadOnlyDictionary<string, MetricMetadata> Metadata() => _head.Metadata.Copy();

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }
        _disposed = true;
        _head.Pins.Remove(_reader);
        foreach (var block in _blocks)
        {
            block.Release();
        }
        _blocks.Clear();
    }

    /// <summary>The earliest time of aggregates that a caller with hints is given who asks for samples from a time on.</summary>
    public static long EarliestFor(long minTime, long resolutionMs) =>
        minTime < long.MinValue + EarlierWindows * resolutionMs ? long.MinValue : minTime - EarlierWindows * resolutionMs;

    /// <summary>Appends the living samples of a chunk, in order with those from <paramref name="start"/> on. False where it is damaged.</summary>
    public bool ReadChunk(
        Block block, uint series, ChunkMeta chunk, long minTime, long maxTime, SampleColumns into, int start, bool timesOnly)
    {
        var before = into.Count;
        var failed = timesOnly && !chunk.HasMarks
            ? block.ReadTimes(chunk, minTime, maxTime, into, _times)
            : block.Read(chunk, minTime, maxTime, into, _times);
        if (failed is { } damage)
        {
            Warn(damage);
        }
        DeletedRows.Remove(into, before, block.Tombstones.Of(series));
        SampleMerge.KeepOrder(into, start, before);
        return failed is null;
    }

    public void NoteAggregates(long resolutionMs, long throughMs, SelectHints? hints) =>
        _notes.Add(resolutionMs, throughMs, hints ?? new SelectHints(SampleReading.Last, 0, long.MaxValue));

    public void Warn(string warning)
    {
        lock (_warningsLock)
        {
            if (_warnings.Count < MaxWarnings && !_warnings.Contains(warning))
            {
                _warnings.Add(warning);
            }
        }
    }

    /// <summary>
    /// Looks at the head, then at which blocks there are. Where one of them holds samples of batches that came after the querier was opened, what else
    /// these batches brought would be missing: the querier moves on to the newest commit, and looks again.
    /// </summary>
    private List<TsdbSeries> SelectHead(IReadOnlyList<LabelMatcher> matchers, SeriesReading reading, out HeadIndex index)
    {
        while (true)
        {
            index = _head.Index;
            var selected = SelectHead(index, matchers, reading);
            PinNewBlocks();
            if (!IsBehindBlocks())
            {
                return selected;
            }
            _reader.MoveOn(() => _head.Committed, keepsAll: false);
        }
    }

    private bool IsBehindBlocks()
    {
        foreach (var block in _blocks)
        {
            if (block.LastCommit > _reader.Commit)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>
    /// Where nobody can tell any more what a series held when the querier was opened (batches came to more series since than pasts are kept of), the
    /// querier moves on to the newest commit and looks again, once: for that look everything is kept, so that no batch is seen half.
    /// </summary>
    private List<TsdbSeries> SelectHead(HeadIndex index, IReadOnlyList<LabelMatcher> matchers, SeriesReading reading)
    {
        var selected = new List<TsdbSeries>();
        if ((_head.MaxTime < MinTimeMs || _head.MinTime > MaxTimeMs) && !_head.OutOfOrder.Overlaps(MinTimeMs, MaxTimeMs))
        {
            return selected;
        }
        var references = SeriesSelection.Select(index, matchers, reading.Cancellation);
        while (!TryCollectHead(index, references, selected, reading))
        {
            selected.Clear();
            _reader.MoveOn(() => _head.Committed, keepsAll: true);
        }
        _reader.KeepWithinBound();
        return selected;
    }

    private bool TryCollectHead(HeadIndex index, uint[] references, List<TsdbSeries> selected, SeriesReading reading)
    {
        if (references.Length < 2 * SeriesPerThread)
        {
            return TryCollectHead(index, references.AsSpan(), selected, reading);
        }
        var parts = new List<TsdbSeries>[(references.Length + SeriesPerThread - 1) / SeriesPerThread];
        var inexact = 0;
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = reading.Cancellation };
        Parallel.For(0, parts.Length, options, i =>
        {
            var part = references.AsSpan(i * SeriesPerThread);
            part = part[..Math.Min(part.Length, SeriesPerThread)];
            parts[i] = new List<TsdbSeries>(part.Length);
            if (!TryCollectHead(index, part, parts[i], reading))
            {
                Interlocked.Increment(ref inexact);
            }
        });
        selected.EnsureCapacity(references.Length);
        foreach (var part in parts)
        {
            selected.AddRange(part);
        }
        return inexact == 0;
    }

    private bool TryCollectHead(HeadIndex index, ReadOnlySpan<uint> references, List<TsdbSeries> selected, SeriesReading reading)
    {
        var cancellationToken = reading.Cancellation;
        var exact = true;
        var hasLate = !_head.OutOfOrder.IsEmpty;
        var hasCreated = !_head.Created.IsEmpty;
        var head = new HeadSelection();
        var chunks = head.Chunks;
        var copies = new ChunkCopies();
        var looked = 0;
        foreach (var reference in references)
        {
            if ((++looked & 1023) == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
            if (_head.Find(reference) is not { } series)
            {
                continue;
            }
            exact &= TryVisibleTime(series, out var newest);
            var visible = Math.Min(MaxTimeMs, newest);
            var before = chunks.Count;
            series.ChunksWithin(MinTimeMs, visible, copies, chunks);
            var late = hasLate ? _head.OutOfOrder.Within(reference, MinTimeMs, MaxTimeMs, _reader, ref exact) : null;
            if (chunks.Count > before || late is not null)
            {
                var found = new TsdbSeries(new SeriesName(index, reference), reading);
                found.SetHead(head, before, chunks.Count - before, visible);
                if (late is not null)
                {
                    found.SetOutOfOrder(late);
                }
                if (hasCreated)
                {
                    found.SetCreated(_head.Created.Of(reference));
                }
                selected.Add(found);
            }
        }
        return exact;
    }

    /// <summary>Adds to the series what blocks have of them, and the series that only blocks have.</summary>
    /// <param name="series">What was found in the head.</param>
    /// <param name="matchers">The selection.</param>
    /// <param name="reading">What all series have in common.</param>
    /// <param name="placed">Where the series of the newest block of samples are put in the order of their labels, as the block has them; null where nobody asks for it.</param>
    private void AddBlocks(SelectedSeries series, IReadOnlyList<LabelMatcher> matchers, SeriesReading reading, List<TsdbSeries>? placed)
    {
        var (hints, cancellationToken) = (reading.Hints, reading.Cancellation);
        var newest = _blocks.FindLast(block => block.Meta.ResolutionMs == 0);
        IReadOnlyList<LabelMatcher> withColumns = [.. matchers, AggregateColumnMatchers.Of(hints?.Reading ?? SampleReading.Last)];
        // Blocks mostly have the same series in the same order: of those that the head does not have, the ones of the block before are tried first.
        var (before, these) = (new List<TsdbSeries>(), new List<TsdbSeries>());
        ForEachBlock(hints is not null, block =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            var symbols = SymbolsOf(block);
            if (block.Meta.ResolutionMs > 0)
            {
                AddAggregates(block, symbols, series, SeriesSelection.Select(block.Index, withColumns, cancellationToken), reading);
                return;
            }
            (before, these) = (these, before);
            these.Clear();
            series.BeginBlock();
            var numbers = SeriesSelection.Select(block.Index, matchers, cancellationToken);
            var next = 0;
            var search = new BlockSearch(block, symbols, series, MinTimeMs, MaxTimeMs, cancellationToken);
            search.Run(numbers, match =>
            {
                var found = match.Series ?? OfBlocks(block, match.Chunks.Series, symbols, match.Labels, ref next);
                found.AddPart(block, match.Chunks);
                if (placed is not null && block == newest && !found.IsPlaced)
                {
                    found.IsPlaced = true;
                    placed.Add(found);
                }
            });
        });

        TsdbSeries OfBlocks(Block block, uint number, SymbolPages symbols, Labels? labels, ref int next)
        {
            if (next < before.Count && block.Index.Has(number, symbols, before[next].Labels))
            {
                these.Add(before[next]);
                return before[next++];
            }
            labels ??= block.Index.LabelsOf(number, symbols);
            while (next < before.Count && before[next].Labels.CompareTo(labels) <= 0)
            {
                next++;
            }
            var found = series.OfBlocks(labels);
            if (found is null)
            {
                found = new TsdbSeries(new SeriesName(labels), reading);
                series.Add(found);
            }
            these.Add(found);
            return found;
        }
    }

    private void AddAggregates(Block block, SymbolPages symbols, SelectedSeries series, uint[] numbers, SeriesReading reading)
    {
        var minTime = reading.Hints is not null ? EarliestFor(MinTimeMs, block.Meta.ResolutionMs) : MinTimeMs;
        var (looked, place) = (0, default(ChunkListPlace));
        var columns = default((uint Number, TsdbSeries Series)?);
        series.BeginAggregates();
        foreach (var number in numbers)
        {
            if ((++looked & 1023) == 0)
            {
                reading.Cancellation.ThrowIfCancellationRequested();
            }
            place = block.Index.PlaceOfChunks(number, place);
            if (!BlockSearch.HasLiving(block, place, minTime, MaxTimeMs))
            {
                continue;
            }
            // The columns of a series stand beside each other: labels are made for the first of them only.
            if (columns is { } beside && block.Index.LastValueBeside(number, beside.Number, symbols) is { } value
                && AggregateLabel.TryParse(value, out var otherResolution, out var otherColumn))
            {
                beside.Series.AggregatesOf(block, otherResolution).Add(otherColumn, number);
                continue;
            }
            var labels = block.Index.LabelsOf(number, symbols);
            var isAggregate = AggregateLabel.TryRemove(labels, out var seriesLabels, out var resolution, out var column);
            labels = isAggregate ? seriesLabels : labels;
            var found = series.Find(labels);
            if (found is null)
            {
                found = new TsdbSeries(new SeriesName(labels), reading);
                series.Add(found);
            }
            if (isAggregate)
            {
                found.AggregatesOf(block, resolution).Add(column, number);
                columns = (number, found);
            }
            else
            {
                found.AddPart(block, place);
            }
        }
    }

    /// <param name="earlier">Whether blocks count that lie before the querier's times, which are held for their aggregates.</param>
    private void ForEachBlock(bool earlier, Action<Block> action)
    {
        foreach (var block in _blocks)
        {
            if (!earlier && block.Meta.MaxTimeMs <= MinTimeMs)
            {
                continue;
            }
            try
            {
                action(block);
            }
            catch (CorruptDataException e)
            {
                var damage = $"{Path.Combine(block.Directory, BlockFiles.Index)}: {e.Message}";
                _damage(damage);
                Warn(damage);
            }
        }
    }

    /// <summary>The newest time that is seen of a series; a later one where nobody can tell any more.</summary>
    private bool TryVisibleTime(HeadSeries series, out long time)
    {
        if (series.TryVisibleTime(_reader.Commit, out time))
        {
            return true;
        }
        var isKept = _reader.TryTimeOf(series.Reference, out var kept);
        time = isKept ? kept : time;
        return isKept;
    }

    private bool IsAlive(LabelPair pair, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var looked = 0;
        foreach (var reference in pair.Refs)
        {
            if ((++looked & 1023) == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
            if (_head.Find(reference) is { } series)
            {
                // A name that came a moment too early does no harm, so an inexact time is good enough here.
                _ = TryVisibleTime(series, out var newest);
                if (series.HasSamples(MinTimeMs, Math.Min(MaxTimeMs, newest)) || _head.OutOfOrder.Within(reference, MinTimeMs, MaxTimeMs) is not null)
                {
                    return true;
                }
            }
        }
        return false;
    }

    private SymbolPages SymbolsOf(Block block)
    {
        if (!_symbols.TryGetValue(block, out var symbols))
        {
            symbols = new SymbolPages(block.Index.SymbolCount);
            _symbols.Add(block, symbols);
        }
        return symbols;
    }

    private void PinNewBlocks()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var held = _blocks.SelectMany(block => block.Meta.Sources).ToHashSet(StringComparer.Ordinal);
        foreach (var block in AcquireBlocks())
        {
            // One that was made of what is held already, if by several rewrites, holds nothing more; its aggregates would count twice.
            if (_blocks.Contains(block) || (block.Meta.Replaces is not null && block.Meta.Sources.All(held.Contains)))
            {
                block.Release();
            }
            else
            {
                _blocks.Add(block);
            }
        }
        _blocks.Sort(BlockCatalog.Compare);
    }

    /// <summary>The blocks of the querier's times, and those before whose aggregates reach into windows of them.</summary>
    private List<Block> AcquireBlocks()
    {
        var acquired = _catalog.Acquire(EarliestFor(MinTimeMs, AggregateWindow.Hour), MaxTimeMs);
        for (var i = acquired.Count - 1; i >= 0; i--)
        {
            if (acquired[i].Meta.MaxTimeMs <= MinTimeMs && acquired[i].Meta.ResolutionMs == 0)
            {
                acquired[i].Release();
                acquired.RemoveAt(i);
            }
        }
        return acquired;
    }
}

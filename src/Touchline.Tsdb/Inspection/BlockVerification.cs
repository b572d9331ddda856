using System.Globalization;
using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Aggregates;
using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Inspection;

/// <summary>Reads everything of a block and compares what its parts say of each other.</summary>
internal sealed class BlockVerification(string directory, FindingList findings)
{
    private readonly SampleColumns _rows = new();
    private readonly List<ChunkMeta> _chunks = [];
    private readonly List<long> _times = [];
    private readonly SeriesExtras _extras = new();
    private long _coarsestMs;

    public long Series { get; private set; }

    public long Chunks { get; private set; }

    public long Samples { get; private set; }

    public void Run(CancellationToken cancellationToken)
    {
        Block block;
        try
        {
            block = Block.Open(directory, (_, _) => { });
        }
        catch (CorruptDataException e)
        {
            // The message begins with the file.
            var at = e.Message.IndexOf(": ", StringComparison.Ordinal);
            findings.Add(at > 0 ? e.Message[..at] : directory, null, at > 0 ? e.Message[(at + 2)..] : e.Message, WholeBlock());
            return;
        }
        try
        {
            VerifySeries(block, cancellationToken);
            VerifyPostings(block, cancellationToken);
            VerifyMeta(block);
        }
        catch (CorruptDataException e)
        {
            findings.Add(Path.Combine(directory, BlockFiles.Index), null, e.Message, "series of the block that are behind it");
        }
        finally
        {
            block.Release();
        }
    }

    private void VerifySeries(Block block, CancellationToken cancellationToken)
    {
        var index = Path.Combine(directory, BlockFiles.Index);
        var symbols = new SymbolPages(block.Index.SymbolCount);
        Labels? last = null;
        var unread = false;
        var aggregates = new AggregateVerification((labels, problem) => findings.Add(index, null, $"{Shown(labels)}: {problem}", $"aggregates of {Shown(labels)}"));
        for (uint number = 0; number < block.Index.SeriesCount; number++)
        {
            if ((number & 255) == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
            var labels = block.Index.LabelsOf(number, symbols);
            if (last is not null && last.CompareTo(labels) >= 0)
            {
                findings.Add(index, null, $"series {number} ({labels}) is not behind the one before it", "the series may be answered twice or in the wrong order");
            }
            last = labels;
            Series++;
            _times.Clear();
            unread |= !VerifyChunks(block, number, labels);
            _extras.Clear();
            block.Index.ExtrasOf(number, _extras);
            if (!unread)
            {
                // Columns of which a chunk cannot be read have other rows for that reason alone.
                aggregates.Add(labels, _times);
            }
        }
        aggregates.End();
        _coarsestMs = aggregates.CoarsestMs;
        VerifyTombstones(block);
    }

    private void VerifyTombstones(Block block)
    {
        if (block.Tombstones.LastSeries is { } last && last >= block.Index.SeriesCount)
        {
            findings.Add(
                Path.Combine(directory, BlockFiles.Tombstones), null, $"samples of series {last} are deleted, and the block has {block.Index.SeriesCount} series",
                "nothing, but what should be deleted may not be");
        }
    }

    private static Labels Shown(Labels labels) => AggregateLabel.TryRemove(labels, out var series, out _, out _) ? series : labels;

    /// <summary>False where a chunk cannot be read.</summary>
    private bool VerifyChunks(Block block, uint number, Labels labels)
    {
        _chunks.Clear();
        block.Index.ChunksOf(number, long.MinValue, long.MaxValue, _chunks);
        var lastTime = long.MinValue;
        var whole = true;
        foreach (var chunk in _chunks)
        {
            Chunks++;
            var file = Path.Combine(directory, BlockFiles.Chunks);
            var cost = $"{chunk.Count} samples of {labels}, {Times(chunk.MinTime, chunk.MaxTime)}";
            if (chunk.MinTime <= lastTime)
            {
                findings.Add(file, chunk.Offset, "a chunk begins before the one before it ends", cost);
            }
            if (chunk.MinTime < block.Meta.MinTimeMs || chunk.MaxTime >= block.Meta.MaxTimeMs)
            {
                findings.Add(file, chunk.Offset, $"a chunk has samples outside of the block's range, {Times(chunk.MinTime, chunk.MaxTime)}", cost);
            }
            lastTime = chunk.MaxTime;
            _rows.Clear();
            if (block.Read(chunk, long.MinValue, long.MaxValue, _rows) is { } damage)
            {
                findings.Add(file, chunk.Offset, WithoutPlace(damage, file, chunk.Offset), cost);
                whole = false;
                continue;
            }
            Samples += _rows.Count;
            _times.AddRange(_rows.Timestamps);
            VerifyRows(chunk, file, cost);
        }
        return whole;
    }

    private void VerifyRows(ChunkMeta chunk, string file, string cost)
    {
        var times = _rows.Timestamps;
        if (times.Length != chunk.Count || times[0] != chunk.MinTime || times[^1] != chunk.MaxTime)
        {
            findings.Add(file, chunk.Offset, "a chunk holds other samples than the index says", cost);
        }
        for (var i = 1; i < times.Length; i++)
        {
            if (times[i] <= times[i - 1])
            {
                findings.Add(file, chunk.Offset, "the times of a chunk do not ascend", cost);
                return;
            }
        }
    }

    /// <summary>Every pair must lead to exactly the series that have it.</summary>
    private void VerifyPostings(Block block, CancellationToken cancellationToken)
    {
        var index = Path.Combine(directory, BlockFiles.Index);
        var symbols = new SymbolPages(block.Index.SymbolCount);
        var listed = new int[block.Index.SeriesCount];
        foreach (var name in block.Index.LabelNames())
        {
            foreach (var value in block.Index.ValuesOf(name))
            {
                cancellationToken.ThrowIfCancellationRequested();
                uint? last = null;
                foreach (var series in value.Series())
                {
                    if (series >= listed.Length || series <= last)
                    {
                        findings.Add(index, null, $"the series with {name}={value.Value} are not in order", $"queries for {name}={value.Value}");
                        break;
                    }
                    last = series;
                    listed[series] += block.Index.LabelsOf(series, symbols)[name] == value.Value ? 1 : 0;
                }
            }
        }
        for (uint series = 0; series < listed.Length; series++)
        {
            var labels = block.Index.LabelsOf(series, symbols);
            if (listed[series] != labels.Count)
            {
                findings.Add(index, null, $"{labels} is found by {listed[series]} of its {labels.Count} labels", "the series, where a query names another of its labels");
            }
        }
    }

    private void VerifyMeta(Block block)
    {
        var meta = Path.Combine(directory, BlockFiles.Meta);
        if (block.Meta.Series != Series || block.Meta.Chunks != Chunks)
        {
            findings.Add(
                meta, null, $"it says {block.Meta.Series} series and {block.Meta.Chunks} chunks, the index has {Series} and {Chunks}", "nothing but the figures of the block");
        }
        if (_coarsestMs > 0 && block.Meta.ResolutionMs != _coarsestMs)
        {
            findings.Add(
                meta, null, $"it says the coarsest aggregates are of {block.Meta.ResolutionMs} ms, and they are of {_coarsestMs} ms", "nothing but the figures of the block");
        }
        if (block.Meta.Ulid != Path.GetFileName(directory))
        {
            findings.Add(meta, null, $"it belongs to block {block.Meta.Ulid}", "nothing, but a compaction may take the block for another");
        }
    }

    private string WholeBlock()
    {
        try
        {
            var meta = BlockMeta.FromJson(File.ReadAllBytes(Path.Combine(directory, BlockFiles.Meta)));
            return string.Create(CultureInfo.InvariantCulture, $"the whole block: {meta.Samples} samples of {meta.Series} series, {Times(meta.MinTimeMs, meta.MaxTimeMs)}");
        }
        catch (Exception e) when (e is CorruptDataException or IOException or UnauthorizedAccessException)
        {
            return "the whole block";
        }
    }

    /// <summary>The reason alone: file and offset stand beside it.</summary>
    private static string WithoutPlace(string damage, string file, long offset)
    {
        var reason = damage.StartsWith(file + ": ", StringComparison.Ordinal) ? damage[(file.Length + 2)..] : damage;
        var place = string.Create(CultureInfo.InvariantCulture, $" (offset {offset})");
        return reason.EndsWith(place, StringComparison.Ordinal) ? reason[..^place.Length] : reason;
    }

    private static string Times(long first, long last) => $"{Time(first)} to {Time(last)}";

    private static string Time(long ms) => ms is > -62_135_596_800_000 and < 253_402_300_800_000
        ? DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-ddTHH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)
        : $"{ms} ms";
}

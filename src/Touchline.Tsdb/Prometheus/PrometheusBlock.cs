using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Files;
using Touchline.Tsdb.Query;

namespace Touchline.Tsdb.Prometheus;

/// <summary>A block of a Prometheus data directory, open for reading. Nothing is written to it. Not thread-safe.</summary>
internal sealed class PrometheusBlock : IDisposable
{
    private readonly PrometheusIndex _index;
    private readonly PrometheusChunkSegments _chunks;
    private readonly PrometheusTombstones _tombstones;
    private readonly Action<string> _damaged;
    private readonly List<PrometheusChunkMeta> _metas = [];
    private readonly SampleColumns _rows = new();

    private PrometheusBlock(string directory, PrometheusMeta meta, PrometheusIndex index, PrometheusTombstones tombstones, Action<string> damaged)
    {
        Directory = directory;
        Meta = meta;
        _index = index;
        _chunks = new PrometheusChunkSegments(Path.Combine(directory, PrometheusFiles.Chunks));
        _tombstones = tombstones;
        _damaged = damaged;
    }

    public string Directory { get; }

    public PrometheusMeta Meta { get; }

    /// <param name="damaged">Told of every part that turns out to be damaged, with its file and place.</param>
    /// <exception cref="CorruptDataException">Nothing of the block can be read; the message names the file and the reason.</exception>
    public static PrometheusBlock Open(string directory, Action<string> damaged)
    {
        var meta = ReadMeta(directory);
        var tombstones = Named(directory, PrometheusFiles.Tombstones, PrometheusTombstones.Read);
        return new PrometheusBlock(directory, meta, Named(directory, PrometheusFiles.Index, PrometheusIndex.Open), tombstones, damaged);
    }

    public static PrometheusMeta ReadMeta(string directory) =>
        Named(directory, PrometheusFiles.Meta, path => PrometheusMeta.FromJson(File.ReadAllBytes(path)));

    /// <summary>Every readable series, in the order of <see cref="Labels.CompareTo"/>.</summary>
    public PrometheusSeries[] SeriesInOrder(CancellationToken cancellationToken)
    {
        var found = new List<PrometheusSeries>();
        var ordered = true;
        Labels? last = null;
        var offset = _index.Start;
        while (_index.Next(ref offset, out var series, DamagedIndex))
        {
            if ((found.Count & 1023) == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
            if (TryLabels(series) is { } labels)
            {
                ordered &= last is null || last.CompareTo(labels) < 0;
                last = labels;
                found.Add(series);
            }
        }
        return ordered ? [.. found] : Sorted(found);
    }

    public Labels LabelsOf(in PrometheusSeries series) => _index.LabelsOf(series);

    /// <summary>Appends the living samples of a series between the times, both inclusive, ascending. Damaged chunks are left out and reported.</summary>
    public void Read(in PrometheusSeries series, long minTime, long maxTime, SampleColumns into)
    {
        var deleted = _tombstones.Of(series.Reference);
        var rows = deleted.Count == 0 ? into : _rows;
        if (deleted.Count > 0)
        {
            rows.Clear();
        }
        var start = rows.Count;
        foreach (var chunk in ChunksOf(series, minTime, maxTime))
        {
            var before = rows.Count;
            try
            {
                _chunks.Read(chunk, minTime, maxTime, rows);
            }
            catch (CorruptDataException e)
            {
                _damaged($"{_chunks.PathOf(chunk)}: {e.Message} (offset {chunk.Offset}); its samples of {_index.LabelsOf(series)} are left out");
                continue;
            }
            if (!IsAscending(rows, before))
            {
                rows.Truncate(before);
                _damaged($"{_chunks.PathOf(chunk)}: the times of the chunk do not ascend (offset {chunk.Offset}); it is left out");
                continue;
            }
            if (before > start && rows.Count > before && rows.Timestamps[before] <= rows.Timestamps[before - 1])
            {
                SampleMerge.Merge(rows, start, before);
            }
        }
        if (deleted.Count > 0)
        {
            PrometheusTombstones.CopyLiving(rows, deleted, into);
        }
    }

    public void Dispose()
    {
        _chunks.Dispose();
        _index.Dispose();
    }

    private static bool IsAscending(SampleColumns rows, int from)
    {
        var times = rows.Timestamps;
        for (var i = from + 1; i < times.Length; i++)
        {
            if (times[i] <= times[i - 1])
            {
                return false;
            }
        }
        return true;
    }

    private static T Named<T>(string directory, string file, Func<string, T> read)
    {
        var path = Path.Combine(directory, file);
        try
        {
            return read(path);
        }
        catch (Exception e) when (e is CorruptDataException or IOException or UnauthorizedAccessException)
        {
            throw new CorruptDataException($"{path}: {e.Message}");
        }
    }

    private List<PrometheusChunkMeta> ChunksOf(in PrometheusSeries series, long minTime, long maxTime)
    {
        _metas.Clear();
        try
        {
            _index.ChunksOf(series, minTime, maxTime, _metas);
        }
        catch (CorruptDataException e)
        {
            DamagedIndex($"the chunks of the series at offset {series.Offset} cannot be read: {e.Message}");
        }
        return _metas;
    }

    private Labels? TryLabels(in PrometheusSeries series)
    {
        try
        {
            return _index.LabelsOf(series);
        }
        catch (CorruptDataException e)
        {
            DamagedIndex($"the labels of the series at offset {series.Offset} cannot be read: {e.Message}");
            return null;
        }
    }

    private PrometheusSeries[] Sorted(List<PrometheusSeries> found)
    {
        var byLabels = new SortedDictionary<Labels, PrometheusSeries>();
        foreach (var series in found)
        {
            if (!byLabels.TryAdd(_index.LabelsOf(series), series))
            {
                DamagedIndex($"the series at offset {series.Offset} is there twice; the second is left out");
            }
        }
        return [.. byLabels.Values];
    }

    private void DamagedIndex(string what) => _damaged($"{Path.Combine(Directory, PrometheusFiles.Index)}: {what}");
}

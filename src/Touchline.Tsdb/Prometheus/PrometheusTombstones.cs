using System.Buffers.Binary;
using Touchline.Storage;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Prometheus;

/// <summary>What was deleted of series but is still in their chunks.</summary>
internal sealed class PrometheusTombstones
{
    private readonly Dictionary<ulong, List<DeletedInterval>> _bySeries = [];

    public int SeriesCount => _bySeries.Count;

    /// <summary>Reads the file of a block; a block without one has no tombstones.</summary>
    /// <exception cref="CorruptDataException">The file is damaged.</exception>
    public static PrometheusTombstones Read(string path)
    {
        var tombstones = new PrometheusTombstones();
        if (!File.Exists(path))
        {
            return tombstones;
        }
        var bytes = File.ReadAllBytes(path);
        if (bytes.Length < 5 + PrometheusFiles.ChecksumLength)
        {
            throw new CorruptDataException("it is shorter than its header and checksum");
        }
        if (BinaryPrimitives.ReadUInt32BigEndian(bytes) != PrometheusFiles.TombstonesMagic || bytes[4] != PrometheusFiles.TombstonesVersion)
        {
            throw new CorruptDataException("it does not begin as a tombstones file of version 1 does");
        }
        var body = bytes.AsSpan(5..^PrometheusFiles.ChecksumLength);
        if (Crc32C.Of(body) != BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(^PrometheusFiles.ChecksumLength..)))
        {
            throw new CorruptDataException("its checksum is wrong");
        }
        var reader = new GoReader(body);
        while (reader.Remaining > 0)
        {
            var series = reader.ReadUvarint();
            var first = reader.ReadVarint();
            tombstones.Add(series, new DeletedInterval(first, reader.ReadVarint()));
        }
        return tombstones;
    }

    public void Add(ulong series, DeletedInterval interval)
    {
        if (!_bySeries.TryGetValue(series, out var intervals))
        {
            _bySeries.Add(series, intervals = []);
        }
        intervals.Add(interval);
    }

    public IReadOnlyList<DeletedInterval> Of(ulong series) => _bySeries.TryGetValue(series, out var intervals) ? intervals : [];

    /// <summary>Copies the rows that no interval covers.</summary>
    public static void CopyLiving(SampleColumns from, IReadOnlyList<DeletedInterval> deleted, SampleColumns to)
    {
        var times = from.Timestamps;
        for (var i = 0; i < times.Length; i++)
        {
            var time = times[i];
            var isDeleted = false;
            foreach (var interval in deleted)
            {
                isDeleted |= interval.Contains(time);
            }
            if (!isDeleted)
            {
                to.AddRow(from, i);
            }
        }
    }
}

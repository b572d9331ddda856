using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Blocks;

/// <summary>
/// What was deleted from a block and is still in its files: intervals of time by series. Immutable; a deletion makes a new one, which is
/// written to disk before queries see it. Format: docs/formats/tombstones.md.
/// </summary>
internal sealed class Tombstones
{
    private const uint Version = 1;

    private static readonly byte[] Magic = "TLTS"u8.ToArray();

    private readonly Dictionary<uint, TimeInterval[]> _deleted;

    private Tombstones(Dictionary<uint, TimeInterval[]> deleted) => _deleted = deleted;

    public static Tombstones None { get; } = new([]);

    /// <summary>How many series have lost samples.</summary>
    public int SeriesCount => _deleted.Count;

    /// <summary>The highest number among them; null where there is none.</summary>
    public uint? LastSeries => _deleted.Count > 0 ? _deleted.Keys.Max() : null;

    /// <summary>The deleted intervals of a series, ascending, apart from each other.</summary>
    public ReadOnlySpan<TimeInterval> Of(uint series) => _deleted.Count > 0 && _deleted.TryGetValue(series, out var intervals) ? intervals : [];

    /// <summary>These and an interval of more series.</summary>
    public Tombstones With(IEnumerable<uint> series, TimeInterval interval)
    {
        var deleted = new Dictionary<uint, TimeInterval[]>(_deleted);
        // Most series have no other: they share one array, so that deleting a million of them stays small.
        TimeInterval[] alone = [interval];
        foreach (var number in series)
        {
            deleted[number] = deleted.TryGetValue(number, out var before) ? TimeInterval.Add(before, interval) : alone;
        }
        return new Tombstones(deleted);
    }

    /// <summary>The bytes of the file.</summary>
    public ByteBuffer ToBytes()
    {
        var bytes = new ByteBuffer(64 + (8 * _deleted.Count));
        SealedFile.Begin(bytes, Magic, Version);
        bytes.WriteVarint((ulong)_deleted.Count);
        uint before = 0;
        foreach (var (series, intervals) in _deleted.OrderBy(entry => entry.Key))
        {
            bytes.WriteVarint(series - before);
            before = series;
            bytes.WriteVarint((ulong)intervals.Length);
            var time = 0L;
            foreach (var interval in intervals)
            {
                // Unsigned, because the ends of time may be further apart than a signed number reaches.
                bytes.WriteVarint(PrefixVarint.ZigZag(unchecked(interval.MinTime - time)));
                bytes.WriteVarint(unchecked((ulong)interval.MaxTime - (ulong)interval.MinTime));
                time = interval.MaxTime;
            }
        }
        SealedFile.End(bytes);
        return bytes;
    }

    /// <exception cref="CorruptDataException">The checksum is wrong or the version is unknown.</exception>
    public static Tombstones FromBytes(ReadOnlySpan<byte> bytes)
    {
        var reader = new ByteReader(SealedFile.Body(bytes, Magic, Version, "tombstones"));
        var deleted = new Dictionary<uint, TimeInterval[]>();
        uint series = 0;
        for (var count = reader.ReadCount(4); count > 0; count--)
        {
            series += (uint)reader.ReadVarint();
            var intervals = new TimeInterval[reader.ReadCount(2)];
            var time = 0L;
            foreach (ref var interval in intervals.AsSpan())
            {
                var minTime = unchecked(time + reader.ReadZigZag());
                time = unchecked((long)((ulong)minTime + reader.ReadVarint()));
                interval = new TimeInterval(minTime, time);
            }
            deleted[series] = intervals;
        }
        return new Tombstones(deleted);
    }
}

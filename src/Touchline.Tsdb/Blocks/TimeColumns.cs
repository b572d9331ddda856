using System.Runtime.InteropServices;
using Touchline.Tsdb.Chunks;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Blocks;

/// <summary>
/// Finds among the times already written to a block those of a new series: all series of a scrape share theirs. A series that began later or
/// ended earlier than its neighbours shares the end or the beginning of their column.
/// </summary>
internal sealed class TimeColumns
{
    /// <summary>
    /// Remote writers whose series have clocks of their own share nothing: columns beyond these bounds are forgotten, oldest first, so that memory stays
    /// bounded.
    /// </summary>
    private const int MaxColumns = 100_000;
    private const long MaxBytes = 64L * 1024 * 1024;

    private readonly Dictionary<ulong, Column> _byHash = [];
    private readonly Dictionary<long, Column> _byFirst = [];
    private readonly Dictionary<long, Column> _byLast = [];
    private readonly Queue<Column> _kept = new();
    private long _bytes;
    private readonly long[] _decoded = new long[SealedChunk.MaxSamples];

    /// <summary>The columns that hold these times, in order: each from a place on, so many. Empty where they must be written anew.</summary>
    public void Find(ReadOnlySpan<long> times, List<TimeSlice> into)
    {
        if (_byHash.TryGetValue(HashOf(times), out var column) && column.Count == times.Length && Holds(column, 0, times))
        {
            Add(column, 0, times.Length, into);
        }
        else if (_byFirst.TryGetValue(times[0], out column) && column.Count > times.Length && Holds(column, 0, times))
        {
            Add(column, 0, times.Length, into);
        }
        else if (_byLast.TryGetValue(times[^1], out column) && column.Count > times.Length && Holds(column, column.Count - times.Length, times))
        {
            Add(column, column.Count - times.Length, times.Length, into);
        }
    }

    /// <summary>Remembers times that were written as consecutive columns from a number on.</summary>
    /// <param name="records">The bytes of each, and how many times it holds.</param>
    public void Remember(ReadOnlySpan<long> times, uint firstNumber, List<(byte[] Record, int Count)> records)
    {
        var column = new Column(firstNumber, times.Length, times[0], times[^1], HashOf(times), [.. records]);
        _byHash[column.Hash] = column;
        Prefer(_byFirst, column.First, column);
        Prefer(_byLast, column.Last, column);
        _kept.Enqueue(column);
        for (_bytes += column.Bytes; _kept.Count > MaxColumns || (_bytes > MaxBytes && _kept.Count > 1); _bytes -= column.Bytes)
        {
            column = _kept.Dequeue();
            Forget(_byHash, column.Hash, column);
            Forget(_byFirst, column.First, column);
            Forget(_byLast, column.Last, column);
        }
    }

    // The longer a column is, the more it can share.
    private static void Prefer(Dictionary<long, Column> columns, long key, Column column)
    {
        if (!columns.TryGetValue(key, out var other) || other.Count <= column.Count)
        {
            columns[key] = column;
        }
    }

    private static void Forget<TKey>(Dictionary<TKey, Column> columns, TKey key, Column column)
        where TKey : notnull
    {
        if (columns.TryGetValue(key, out var kept) && kept == column)
        {
            columns.Remove(key);
        }
    }

    private static void Add(Column column, int start, int count, List<TimeSlice> into)
    {
        var before = 0;
        for (var i = 0; i < column.Records.Length && count > 0; before += column.Records[i].Count, i++)
        {
            var skip = Math.Max(0, start - before);
            var taken = Math.Min(count, column.Records[i].Count - skip);
            if (taken > 0)
            {
                into.Add(new TimeSlice(column.Number + (uint)i, skip, taken));
                count -= taken;
                start += taken;
            }
        }
    }

    /// <summary>Whether the column holds the times from a place on. What the hash says is never trusted alone.</summary>
    private bool Holds(Column column, int start, ReadOnlySpan<long> times)
    {
        var before = 0;
        foreach (var (record, count) in column.Records)
        {
            var skip = Math.Max(0, start - before);
            before += count;
            if (skip >= count)
            {
                continue;
            }
            var decoded = _decoded.AsSpan(0, count);
            TimeColumn.Read(record, decoded);
            var shared = Math.Min(times.Length, count - skip);
            if (!decoded.Slice(skip, shared).SequenceEqual(times[..shared]))
            {
                return false;
            }
            times = times[shared..];
            start += shared;
            if (times.Length == 0)
            {
                return true;
            }
        }
        return false;
    }

    private static ulong HashOf(ReadOnlySpan<long> times)
    {
        var (low, high) = (Crc32C.Of(MemoryMarshal.AsBytes(times)), (uint)times.Length);
        return ((ulong)high << 32) | low;
    }

    private sealed class Column(uint number, int count, long first, long last, ulong hash, (byte[] Record, int Count)[] records)
    {
        public uint Number => number;

        public int Count => count;

        public long First => first;

        public long Last => last;

        public ulong Hash => hash;

        public (byte[] Record, int Count)[] Records => records;

        // The objects around a record weigh about as much as a short one.
        public long Bytes { get; } = records.Sum(record => record.Record.Length + 64L);
    }
}

/// <summary>Times of a chunk: a column by its number, the first of it that is meant, and how many.</summary>
internal readonly record struct TimeSlice(uint Times, int Skip, int Count);

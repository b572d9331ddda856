using System.Buffers.Binary;
using System.Text;
using Touchline.Model;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Prometheus;

/// <summary>
/// The index of a Prometheus block, version 2. Only symbols and series are needed to read everything: series are walked one after the
/// other, so that damaged ones, or damaged postings, cost themselves alone. Format: docs/formats/prometheus.md.
/// </summary>
internal sealed class PrometheusIndex : IDisposable
{
    private const int MaxSeriesLength = 64 * 1024 * 1024;

    private readonly MappedFile _file;
    private readonly long _seriesStart;
    private readonly long _seriesEnd;
    private readonly long[] _symbolOffsets;
    private readonly string?[] _symbols;

    private PrometheusIndex(MappedFile file)
    {
        _file = file;
        var toc = ReadToc();
        if (toc[0] < PrometheusFiles.IndexHeaderLength || toc[1] < toc[0])
        {
            throw new CorruptDataException("its table of contents does not say where symbols and series are");
        }
        _seriesStart = toc[1];
        // Behind the series comes whichever of the other sections there is.
        _seriesEnd = toc[2..].Where(offset => offset >= _seriesStart).DefaultIfEmpty(file.Length - PrometheusFiles.TocLength).Min();
        _symbolOffsets = ReadSymbols(toc[0]);
        _symbols = new string?[_symbolOffsets.Length];
    }

    /// <exception cref="CorruptDataException">The file is none, or its table of contents or symbols are damaged: nothing can be read.</exception>
    public static PrometheusIndex Open(string path)
    {
        var length = new FileInfo(path) is { Exists: true } existing ? existing.Length : throw new CorruptDataException("the file is missing");
        if (length < PrometheusFiles.IndexHeaderLength + PrometheusFiles.TocLength)
        {
            throw new CorruptDataException("it is shorter than its header and table of contents");
        }
        var file = new MappedFile(path);
        try
        {
            var header = file.Slice(0, PrometheusFiles.IndexHeaderLength);
            if (BinaryPrimitives.ReadUInt32BigEndian(header) != PrometheusFiles.IndexMagic)
            {
                throw new CorruptDataException("it does not begin as an index does");
            }
            return header[4] == PrometheusFiles.IndexVersion
                ? new PrometheusIndex(file)
                : throw new CorruptDataException($"its version {header[4]} is unknown to this program, which knows {PrometheusFiles.IndexVersion}");
        }
        catch (CorruptDataException)
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Where the first series is; <see cref="Next"/> goes on from there.</summary>
    public long Start => _seriesStart;

    /// <summary>
    /// Reads the series at or behind an offset, which moves on to what follows it. False at the end.
    /// </summary>
    /// <param name="damaged">Told of stretches that hold no readable series.</param>
    public bool Next(ref long offset, out PrometheusSeries series, Action<string> damaged)
    {
        long? damageStart = null;
        while (TryAlign(ref offset))
        {
            if (TryRead(offset, out series, out var length))
            {
                Report(damageStart, offset, damaged);
                offset += length;
                return true;
            }
            // What is damaged has no length that could be trusted: series begin at multiples of 16.
            damageStart ??= offset;
            offset += PrometheusFiles.SeriesAlignment;
        }
        Report(damageStart, Math.Min(offset, _seriesEnd), damaged);
        series = default;
        return false;
    }

    /// <exception cref="CorruptDataException">A label names a symbol that is not there.</exception>
    public Labels LabelsOf(in PrometheusSeries series)
    {
        var reader = new GoReader(Entry(series));
        var labels = new Label[reader.ReadCount(2)];
        var sorted = true;
        for (var i = 0; i < labels.Length; i++)
        {
            var name = Symbol(reader.ReadUvarint());
            labels[i] = new Label(name, Symbol(reader.ReadUvarint()));
            sorted &= labels[i].Value.Length > 0 && (i == 0 || string.CompareOrdinal(labels[i - 1].Name, name) < 0);
        }
        // Prometheus orders names by their UTF-8 bytes, which is another order only beyond the basic plane.
        return sorted ? Labels.FromSorted(labels) : Sorted(labels);
    }

    /// <summary>Appends the chunks that may hold samples between the times, both inclusive.</summary>
    public void ChunksOf(in PrometheusSeries series, long minTime, long maxTime, List<PrometheusChunkMeta> into)
    {
        var reader = new GoReader(Entry(series));
        for (var labels = reader.ReadCount(2); labels > 0; labels--)
        {
            reader.ReadUvarint();
            reader.ReadUvarint();
        }
        var (time, reference) = (0L, 0UL);
        var chunks = reader.ReadCount(3);
        for (var i = 0; i < chunks; i++)
        {
            var first = i == 0 ? reader.ReadVarint() : time + (long)reader.ReadUvarint();
            time = first + (long)reader.ReadUvarint();
            reference = i == 0 ? reader.ReadUvarint() : reference + (ulong)reader.ReadVarint();
            if (first <= maxTime && time >= minTime)
            {
                into.Add(new PrometheusChunkMeta(first, time, reference));
            }
        }
    }

    public void Dispose() => _file.Dispose();

    private static Labels Sorted(Label[] labels)
    {
        try
        {
            return Labels.Of(labels);
        }
        catch (ArgumentException e)
        {
            throw new CorruptDataException(e.Message);
        }
    }

    private void Report(long? start, long end, Action<string> damaged)
    {
        if (start is { } from)
        {
            damaged($"{end - from} bytes at offset {from} hold no readable series");
        }
    }

    private bool TryAlign(ref long offset)
    {
        offset = (offset + PrometheusFiles.SeriesAlignment - 1) / PrometheusFiles.SeriesAlignment * PrometheusFiles.SeriesAlignment;
        // Zeros up to the next multiple of 16 are padding; a series is never empty.
        while (offset < _seriesEnd && _file.Slice(offset, 1)[0] == 0)
        {
            offset += PrometheusFiles.SeriesAlignment;
        }
        return offset < _seriesEnd;
    }

    private bool TryRead(long offset, out PrometheusSeries series, out int length)
    {
        series = default;
        length = 0;
        var available = (int)Math.Min(_seriesEnd - offset, MaxSeriesLength);
        var reader = new GoReader(_file.Slice(offset, available));
        try
        {
            var content = reader.ReadCount();
            var start = reader.Position;
            var bytes = reader.Take(content);
            if (reader.ReadUInt32() != Crc32C.Of(bytes))
            {
                return false;
            }
            length = reader.Position;
            series = new PrometheusSeries((ulong)(offset / PrometheusFiles.SeriesAlignment), offset + start, content);
            return true;
        }
        catch (CorruptDataException)
        {
            return false; // The caller looks for the next one, and reports the stretch between.
        }
    }

    private ReadOnlySpan<byte> Entry(in PrometheusSeries series) => _file.Slice(series.Offset, series.Length);

    private string Symbol(ulong number)
    {
        if (number >= (ulong)_symbols.Length)
        {
            throw new CorruptDataException($"symbol {number} of {_symbols.Length}");
        }
        return _symbols[number] ??= ReadSymbol(_symbolOffsets[number]);
    }

    private string ReadSymbol(long offset)
    {
        var reader = new GoReader(_file.Slice(offset, (int)Math.Min(int.MaxValue, _seriesStart - offset)));
        return Encoding.UTF8.GetString(reader.Take(reader.ReadCount()));
    }

    private long[] ReadToc()
    {
        var bytes = _file.Slice(_file.Length - PrometheusFiles.TocLength, PrometheusFiles.TocLength);
        var reader = new GoReader(bytes);
        var toc = new long[6];
        foreach (ref var offset in toc.AsSpan())
        {
            offset = (long)reader.ReadUInt64();
        }
        if (reader.ReadUInt32() != Crc32C.Of(bytes[..^PrometheusFiles.ChecksumLength]))
        {
            throw new CorruptDataException("the checksum of its table of contents is wrong");
        }
        return toc.All(offset => offset >= 0 && offset <= _file.Length - PrometheusFiles.TocLength)
            ? toc
            : throw new CorruptDataException("its table of contents points outside of the file");
    }

    private long[] ReadSymbols(long start)
    {
        var available = _seriesStart - start - 8;
        if (available < 4)
        {
            throw new CorruptDataException("its symbols are cut short");
        }
        var length = BinaryPrimitives.ReadUInt32BigEndian(_file.Slice(start, 4));
        if (length < 4 || length > available || length > int.MaxValue)
        {
            throw new CorruptDataException($"its symbols claim {length} bytes, where {available} are");
        }
        var section = _file.Slice(start + 4, (int)length);
        if (Crc32C.Of(section) != BinaryPrimitives.ReadUInt32BigEndian(_file.Slice(start + 4 + length, 4)))
        {
            throw new CorruptDataException("the checksum of its symbols is wrong");
        }
        var reader = new GoReader(section);
        var count = reader.ReadUInt32();
        if (count > (uint)reader.Remaining)
        {
            throw new CorruptDataException($"{count} symbols cannot be in {reader.Remaining} bytes");
        }
        var offsets = new long[count];
        foreach (ref var offset in offsets.AsSpan())
        {
            offset = start + 4 + reader.Position;
            reader.Take(reader.ReadCount());
        }
        return offsets;
    }
}

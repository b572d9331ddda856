using System.Buffers.Binary;
using System.Globalization;
using Snappier;
using Touchline.Model;
using Touchline.Tsdb.Files;
using Touchline.Tsdb.Prometheus;
using ZstdSharp;

namespace Touchline.Tsdb.Tests.Prometheus;

internal enum LogCompression : byte
{
    None = 0,
    Snappy = 8,
    Zstd = 16,
}

/// <summary>Writes segments as Prometheus writes its log, page by page.</summary>
internal sealed class LogFile(LogCompression compression = LogCompression.None)
{
    private const int PageLength = 32 * 1024;
    private const int HeaderLength = 7;

    private readonly MemoryStream _bytes = new();

    public static byte[] Series(params (ulong Reference, Labels Labels)[] series)
    {
        var record = new ByteBuffer();
        record.WriteByte(1);
        foreach (var (reference, labels) in series)
        {
            record.WriteBigUInt64(reference);
            WriteLabels(record, labels);
        }
        return record.Written.ToArray();
    }

    public static byte[] Samples(params (ulong Reference, long Time, double Value)[] samples)
    {
        var record = new ByteBuffer();
        record.WriteByte(2);
        record.WriteBigUInt64(samples[0].Reference);
        record.WriteBigUInt64((ulong)samples[0].Time);
        foreach (var (reference, time, value) in samples)
        {
            record.WriteGoVarint((long)(reference - samples[0].Reference));
            record.WriteGoVarint(time - samples[0].Time);
            record.WriteBigUInt64(BitConverter.DoubleToUInt64Bits(value));
        }
        return record.Written.ToArray();
    }

    /// <summary>Samples of the newer kind, each with since when its series counts; 0 where nothing is known of that.</summary>
    public static byte[] StartedSamples(params (ulong Reference, long Time, long Start, double Value)[] samples)
    {
        var record = new ByteBuffer();
        record.WriteByte(11);
        var first = samples[0];
        for (var i = 0; i < samples.Length; i++)
        {
            var (reference, time, start, value) = samples[i];
            record.WriteGoVarint(i == 0 ? (long)reference : (long)(reference - samples[i - 1].Reference));
            record.WriteGoVarint(i == 0 ? time : time - first.Time);
            if (i == 0)
            {
                record.WriteGoVarint(start);
            }
            else if (start == 0)
            {
                record.WriteByte(0);
            }
            else if (start == samples[i - 1].Start)
            {
                record.WriteByte(1);
            }
            else
            {
                record.WriteByte(2);
                record.WriteGoVarint(start - first.Start);
            }
            record.WriteBigUInt64(BitConverter.DoubleToUInt64Bits(value));
        }
        return record.Written.ToArray();
    }

    public static byte[] Deleted(ulong reference, long first, long last)
    {
        var record = new ByteBuffer();
        record.WriteByte(3);
        record.WriteBigUInt64(reference);
        record.WriteGoVarint(first);
        record.WriteGoVarint(last);
        return record.Written.ToArray();
    }

    public static byte[] Exemplars(ulong reference, params Exemplar[] exemplars)
    {
        var record = new ByteBuffer();
        record.WriteByte(4);
        record.WriteBigUInt64(reference);
        record.WriteBigUInt64((ulong)exemplars[0].TimestampMs);
        foreach (var exemplar in exemplars)
        {
            record.WriteGoVarint(0);
            record.WriteGoVarint(exemplar.TimestampMs - exemplars[0].TimestampMs);
            record.WriteBigUInt64(BitConverter.DoubleToUInt64Bits(exemplar.Value));
            WriteLabels(record, exemplar.Labels);
        }
        return record.Written.ToArray();
    }

    public static byte[] Metadata(ulong reference, byte type, string help, string unit)
    {
        var record = new ByteBuffer();
        record.WriteByte(6);
        record.WriteUvarint(reference);
        record.WriteByte(type);
        record.WriteUvarint(2);
        foreach (var text in (string[])["UNIT", unit, "HELP", help])
        {
            record.WriteText(text);
        }
        return record.Written.ToArray();
    }

    public LogFile Add(byte[] record)
    {
        ReadOnlySpan<byte> left = compression switch
        {
            LogCompression.Snappy => Snappy.CompressToArray(record),
            LogCompression.Zstd => Zstd(record),
            _ => record,
        };
        for (var isFirst = true; isFirst || left.Length > 0; isFirst = false)
        {
            var room = PageLength - (int)(_bytes.Length % PageLength);
            if (room <= HeaderLength)
            {
                _bytes.Write(new byte[room]);
                room = PageLength;
            }
            var part = left[..Math.Min(left.Length, room - HeaderLength)];
            left = left[part.Length..];
            var type = (isFirst, left.Length == 0) switch { (true, true) => 1, (true, false) => 2, (false, false) => 3, _ => 4 };
            var header = new byte[HeaderLength];
            header[0] = (byte)(type | (int)compression);
            BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(1), (ushort)part.Length);
            BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(3), Crc32C.Of(part));
            _bytes.Write(header);
            _bytes.Write(part);
        }
        return this;
    }

    public byte[] ToArray() => _bytes.ToArray();

    /// <summary>Writes the file under its number, and answers its path.</summary>
    public string Save(string directory, int number, bool fillPage = true)
    {
        Directory.CreateDirectory(directory);
        if (fillPage && _bytes.Length % PageLength != 0)
        {
            _bytes.Write(new byte[PageLength - (_bytes.Length % PageLength)]);
        }
        var path = Path.Combine(directory, number.ToString("D8", CultureInfo.InvariantCulture));
        File.WriteAllBytes(path, _bytes.ToArray());
        return path;
    }

    private static byte[] Zstd(byte[] record)
    {
        using var compressor = new Compressor();
        return compressor.Wrap(record).ToArray();
    }

    private static void WriteLabels(ByteBuffer to, Labels labels)
    {
        to.WriteUvarint((ulong)labels.Count);
        foreach (var label in labels)
        {
            to.WriteText(label.Name);
            to.WriteText(label.Value);
        }
    }
}

using System.Buffers.Binary;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Cardinality;

/// <summary>The file that <see cref="MetricReads"/> survives a restart in. Format: docs/formats/metric-reads.md.</summary>
internal sealed class MetricReadsFile(string directory)
{
    public const string Name = "metric-reads";

    private const uint Version = 1;
    private const int HeaderLength = 8;
    private const int ChecksumLength = 4;

    private static readonly byte[] Magic = "TLRD"u8.ToArray();

    private readonly string _path = Path.Combine(directory, Name);

    /// <summary>What was noted before. Where that is damaged it is set aside and named, and noting begins anew.</summary>
    public MetricReads Open(TimeProvider time, Action<string> damage)
    {
        if (File.Exists(_path))
        {
            try
            {
                return FromBytes(File.ReadAllBytes(_path), time);
            }
            catch (CorruptDataException e)
            {
                var aside = _path + ".damaged";
                DurableFiles.Rename(_path, aside);
                damage($"{_path}: {e.Message}; it is now {aside}, and which metrics are read is noted anew");
            }
        }
        return new MetricReads(time, time.GetUtcNow().ToUnixTimeMilliseconds(), []);
    }

    /// <exception cref="IOException">The disk does not take it; the file is as it was.</exception>
    public void Write(MetricReads reads)
    {
        var temporary = _path + ".tmp";
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 0))
        {
            file.Write(ToBytes(reads).Written);
            file.Flush(flushToDisk: true);
        }
        DurableFiles.Rename(temporary, _path);
    }

    /// <exception cref="CorruptDataException">The checksum is wrong or the version is unknown.</exception>
    public static MetricReads FromBytes(ReadOnlySpan<byte> bytes, TimeProvider time)
    {
        if (bytes.Length < HeaderLength + ChecksumLength || !bytes[..4].SequenceEqual(Magic))
        {
            throw new CorruptDataException("it does not begin as a file of metric reads does");
        }
        if (Crc32C.Of(bytes[..^ChecksumLength]) != BinaryPrimitives.ReadUInt32LittleEndian(bytes[^ChecksumLength..]))
        {
            throw new CorruptDataException("its checksum is wrong");
        }
        var version = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        if (version != Version)
        {
            throw new CorruptDataException($"its format version {version} is unknown to this program, which knows {Version}");
        }
        var reader = new ByteReader(bytes[HeaderLength..^ChecksumLength]);
        var since = reader.ReadZigZag();
        var reads = new Dictionary<string, long>(StringComparer.Ordinal);
        for (var left = reader.ReadCount(2); left > 0; left--)
        {
            var name = reader.ReadString();
            reads[name] = unchecked(since + reader.ReadZigZag());
        }
        return new MetricReads(time, since, reads);
    }

    private static ByteBuffer ToBytes(MetricReads reads)
    {
        var all = reads.All();
        var bytes = new ByteBuffer(64 + (40 * all.Count));
        var since = reads.SinceMs;
        bytes.WriteBytes(Magic);
        bytes.WriteUInt32(Version);
        bytes.WriteZigZag(since);
        bytes.WriteVarint((ulong)all.Count);
        foreach (var (name, lastRead) in all.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            bytes.WriteString(name);
            bytes.WriteZigZag(unchecked(lastRead - since));
        }
        bytes.WriteUInt32(Crc32C.Of(bytes.Written));
        return bytes;
    }
}

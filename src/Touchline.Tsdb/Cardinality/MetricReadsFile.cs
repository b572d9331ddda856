using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Cardinality;

/// <summary>The file that <see cref="MetricReads"/> survives a restart in. Format: docs/formats/metric-reads.md.</summary>
internal sealed class MetricReadsFile(string directory)
{
    public const string Name = "metric-reads";

    private const uint Version = 1;

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
    public void Write(MetricReads reads) => DurableFiles.Replace(_path, ToBytes(reads).Written);

    /// <exception cref="CorruptDataException">The checksum is wrong or the version is unknown.</exception>
    public static MetricReads FromBytes(ReadOnlySpan<byte> bytes, TimeProvider time)
    {
        var reader = new ByteReader(SealedFile.Body(bytes, Magic, Version, "metric reads"));
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
        SealedFile.Begin(bytes, Magic, Version);
        bytes.WriteZigZag(since);
        bytes.WriteVarint((ulong)all.Count);
        foreach (var (name, lastRead) in all.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            bytes.WriteString(name);
            bytes.WriteZigZag(unchecked(lastRead - since));
        }
        SealedFile.End(bytes);
        return bytes;
    }
}

using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Blocks;

/// <summary>
/// The file that says which blocks there are: a block that is damaged is found by its checksums, but one that is gone as a whole by nothing
/// else. Format: docs/formats/block.md, "Register".
/// </summary>
internal static class BlockRegister
{
    /// <summary>In the data directory, beside that of the blocks: it must not be lost together with them.</summary>
    public const string Name = "block-register";

    private const uint Version = 1;

    /// <summary>A name's length, its 26 characters, and two numbers.</summary>
    private const int MinEntryBytes = 29;

    private static readonly byte[] Magic = "TLBR"u8.ToArray();

    public static string PathOf(string blocksDirectory) => Path.Combine(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(blocksDirectory))!, Name);

    public static ByteBuffer ToBytes(IReadOnlyCollection<RegisteredBlock> blocks)
    {
        var bytes = new ByteBuffer();
        SealedFile.Begin(bytes, Magic, Version);
        bytes.WriteVarint((ulong)blocks.Count);
        foreach (var block in blocks)
        {
            bytes.WriteString(block.Ulid);
            bytes.WriteZigZag(block.MinTimeMs);
            bytes.WriteVarint((ulong)block.MaxTimeMs - (ulong)block.MinTimeMs);
        }
        SealedFile.End(bytes);
        return bytes;
    }

    /// <exception cref="CorruptDataException">The file is damaged.</exception>
    public static List<RegisteredBlock> FromBytes(ReadOnlySpan<byte> bytes)
    {
        var reader = new ByteReader(SealedFile.Body(bytes, Magic, Version, "the blocks there are"));
        var blocks = new List<RegisteredBlock>();
        for (var left = reader.ReadCount(MinEntryBytes); left > 0; left--)
        {
            var ulid = reader.ReadString();
            var minTime = reader.ReadZigZag();
            blocks.Add(new RegisteredBlock(ulid, minTime, (long)((ulong)minTime + reader.ReadVarint())));
            if (!Ulid.IsValid(ulid))
            {
                throw new CorruptDataException("it names a block as none is named");
            }
        }
        return reader.Remaining == 0 ? blocks : throw new CorruptDataException("there is more in it than it says");
    }

    /// <summary>Null where there is no such file, as where an earlier version wrote the blocks.</summary>
    /// <exception cref="CorruptDataException">The file is damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static List<RegisteredBlock>? Read(string path) => File.Exists(path) ? FromBytes(File.ReadAllBytes(path)) : null;

    /// <summary>Registers the blocks that are in a directory: for a copy, whose blocks were all written a moment ago.</summary>
    /// <exception cref="IOException">The disk does not take it.</exception>
    public static void WriteFor(string blocksDirectory)
    {
        var blocks = Directory.GetDirectories(blocksDirectory).Order(StringComparer.Ordinal).Select(RegisteredBlock.OfDirectory).ToList();
        DurableFiles.Replace(PathOf(blocksDirectory), ToBytes(blocks).Written);
    }

    /// <summary>The registered blocks that are not there, and that no block there was made of.</summary>
    /// <param name="registered">What the register says.</param>
    /// <param name="blocksDirectory">Where the blocks are.</param>
    /// <param name="known">What is known of the blocks there.</param>
    public static List<RegisteredBlock> MissingFrom(IReadOnlyList<RegisteredBlock> registered, string blocksDirectory, IEnumerable<BlockMeta> known)
    {
        var absent = registered.Where(block => !Directory.Exists(Path.Combine(blocksDirectory, block.Ulid))).ToList();
        if (absent.Count == 0)
        {
            return absent;
        }
        // A register that a full disk did not take still names blocks that were merged since.
        var replaced = known.SelectMany(meta => (meta.Replaces ?? []).Concat(meta.Sources)).ToHashSet(StringComparer.Ordinal);
        absent.RemoveAll(block => replaced.Contains(block.Ulid));
        return absent;
    }
}

/// <summary>A block as the register names it; the first time of its range, and the first behind it, ms since the Unix epoch.</summary>
internal readonly record struct RegisteredBlock(string Ulid, long MinTimeMs, long MaxTimeMs)
{
    public static RegisteredBlock Of(BlockMeta meta) => new(meta.Ulid, meta.MinTimeMs, meta.MaxTimeMs);

    public static RegisteredBlock OfDirectory(string directory) => Of(BlockMeta.FromJson(File.ReadAllBytes(Path.Combine(directory, BlockFiles.Meta))));

    /// <summary>What is to be said where it is gone.</summary>
    public string Loss() => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"the whole block is missing, with its samples from {DateTimeOffset.FromUnixTimeMilliseconds(MinTimeMs):u} to {DateTimeOffset.FromUnixTimeMilliseconds(MaxTimeMs):u}");
}

using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Blocks;

/// <summary>What a block is, as its meta.json says: readable by people, with a checksum over itself. Format: docs/formats/block.md.</summary>
internal sealed record BlockMeta
{
    public const int CurrentVersion = 2;

    public int Version { get; init; } = CurrentVersion;

    public required string Ulid { get; init; }

    /// <summary>The first time of the block's range.</summary>
    public required long MinTimeMs { get; init; }

    /// <summary>The first time behind the block's range.</summary>
    public required long MaxTimeMs { get; init; }

    public required long Series { get; init; }

    public required long Chunks { get; init; }

    public required long Samples { get; init; }

    public required long ChunkBytes { get; init; }

    public required long IndexBytes { get; init; }

    /// <summary>How often the data was compacted: 1 is cut from the head.</summary>
    public int CompactionLevel { get; init; } = 1;

    /// <summary>The blocks that this one was made of, itself where it was cut from the head.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <summary>
    /// The blocks that this one directly replaces; null where it replaces none. Where a crash came before they were deleted, the next start
    /// deletes them, so that nothing is there twice.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Replaces { get; init; }

    /// <summary>
    /// Whether the head may still hold samples of the block's range: it was written before the range was over (when the store was closed), so
    /// later samples of the range come in another block.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Partial { get; init; }

    /// <summary>
    /// The resolution in ms of the coarsest aggregates among the series; 0 where all samples are as they came. Only blocks of one resolution are
    /// merged. Format: docs/formats/aggregates.md.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long ResolutionMs { get; init; }

    /// <summary>Whether samples were deleted from it, so that there is a file of tombstones. In the file only: it is written when the first are.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Tombstones { get; init; }

    public string Crc32c { get; init; } = SealedJson.NoChecksum;

    public byte[] ToJson() => SealedJson.Seal(
        JsonSerializer.Serialize(this with { Crc32c = SealedJson.NoChecksum }, BlockMetaJson.Default.BlockMeta).ReplaceLineEndings("\n") + "\n");

    /// <exception cref="CorruptDataException">The text is no meta.json, its checksum is wrong, or its version is unknown.</exception>
    public static BlockMeta FromJson(byte[] json)
    {
        var text = Encoding.UTF8.GetString(json);
        BlockMeta meta;
        try
        {
            meta = JsonSerializer.Deserialize(text, BlockMetaJson.Default.BlockMeta) ?? throw new CorruptDataException("it is empty");
        }
        catch (JsonException e)
        {
            throw new CorruptDataException($"it is not valid JSON: {e.Message}");
        }
        if (meta.Version != CurrentVersion)
        {
            throw new CorruptDataException($"its format version {meta.Version} is unknown to this program, which knows {CurrentVersion}");
        }
        SealedJson.Check(text, meta.Crc32c);
        return meta;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(BlockMeta))]
internal sealed partial class BlockMetaJson : JsonSerializerContext;

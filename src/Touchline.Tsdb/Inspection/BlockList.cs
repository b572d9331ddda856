using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Exchange;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Inspection;

/// <summary>One block as its meta.json describes it. Times in ms since the Unix epoch, the last exclusive; sizes in bytes.</summary>
public sealed record ListedBlock
{
    public required string Id { get; init; }

    public long MinTimeMs { get; init; }

    public long MaxTimeMs { get; init; }

    public long Series { get; init; }

    public long Chunks { get; init; }

    public long Samples { get; init; }

    public long Bytes { get; init; }

    public int CompactionLevel { get; init; }

    /// <summary>The resolution in ms of the coarsest aggregates in it; 0 where all samples are as they came.</summary>
    public long ResolutionMs { get; init; }

    /// <summary>Why it cannot be read; null where it can.</summary>
    public string? Problem { get; init; }
}

/// <summary>The blocks of a data directory, oldest first, without opening more than their descriptions.</summary>
public static class BlockList
{
    /// <exception cref="ExchangeException">There is no such data directory.</exception>
    public static IReadOnlyList<ListedBlock> Of(string path)
    {
        var layout = DataLayout.Existing(path);
        if (!Directory.Exists(layout.Blocks))
        {
            return [];
        }
        return
        [
            .. Directory.EnumerateDirectories(layout.Blocks).Where(directory => Ulid.IsValid(Path.GetFileName(directory))).Select(Describe)
                .OrderBy(block => block.MinTimeMs).ThenBy(block => block.Id, StringComparer.Ordinal),
        ];
    }

    private static ListedBlock Describe(string directory)
    {
        var id = Path.GetFileName(directory);
        try
        {
            var meta = BlockMeta.FromJson(File.ReadAllBytes(Path.Combine(directory, BlockFiles.Meta)));
            return new ListedBlock
            {
                Id = id,
                MinTimeMs = meta.MinTimeMs,
                MaxTimeMs = meta.MaxTimeMs,
                Series = meta.Series,
                Chunks = meta.Chunks,
                Samples = meta.Samples,
                Bytes = meta.ChunkBytes + meta.IndexBytes,
                CompactionLevel = meta.CompactionLevel,
                ResolutionMs = meta.ResolutionMs,
            };
        }
        catch (FileNotFoundException)
        {
            return new ListedBlock { Id = id, Problem = $"{BlockFiles.Meta} is missing" };
        }
        catch (Exception e) when (e is CorruptDataException or IOException or UnauthorizedAccessException)
        {
            return new ListedBlock { Id = id, Problem = e.Message };
        }
    }
}

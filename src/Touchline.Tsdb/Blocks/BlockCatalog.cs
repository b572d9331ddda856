using Microsoft.Extensions.Logging;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Blocks;

/// <summary>The blocks of a data directory, ordered by time. Thread-safe: readers take a snapshot, one maintainer changes it.</summary>
internal sealed class BlockCatalog : IDisposable
{
    private readonly string _directory;
    private readonly ILogger _logger;
    private readonly Action<string> _damage;
    private Block[] _blocks = [];

    private BlockCatalog(string directory, Action<string> damage, ILogger logger)
    {
        _directory = directory;
        _damage = damage;
        _logger = logger;
    }

    public string Directory => _directory;

    public IReadOnlyList<Block> Blocks => Volatile.Read(ref _blocks);

    public long Bytes => Blocks.Sum(block => block.Bytes);

    /// <summary>The first time behind every block; the least number where there is none.</summary>
    public long MaxTimeMs => Blocks.Select(block => block.Meta.MaxTimeMs).DefaultIfEmpty(long.MinValue).Max();

    /// <summary>Opens every block that is whole, removes what a crash left half done, and names what is damaged, which stays where it is.</summary>
    /// <param name="damage">Told of everything damaged, also later while chunks are read.</param>
    /// <param name="repaired">Told of what was removed.</param>
    public static BlockCatalog Open(string directory, Action<string> damage, Action<string> repaired, ILogger logger)
    {
        System.IO.Directory.CreateDirectory(directory);
        var catalog = new BlockCatalog(directory, damage, logger);
        var opened = new List<Block>();
        foreach (var path in System.IO.Directory.EnumerateDirectories(directory).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(path);
            if (name.EndsWith(BlockFiles.TemporaryExtension, StringComparison.Ordinal) || name.EndsWith(BlockFiles.DeletingExtension, StringComparison.Ordinal))
            {
                System.IO.Directory.Delete(path, recursive: true);
                repaired($"{path}: a block half written or half deleted was removed");
                continue;
            }
            if (Ulid.IsValid(name) && catalog.TryOpen(path) is { } block)
            {
                opened.Add(block);
            }
        }
        catalog._blocks = [.. Ordered(opened)];
        return catalog;
    }

    /// <summary>Opens a block that has just been written and makes it visible.</summary>
    /// <exception cref="CorruptDataException">What was written cannot be read back.</exception>
    public Block Add(string directory)
    {
        var block = Block.Open(directory, ReportDamage);
        Volatile.Write(ref _blocks, [.. Ordered(_blocks.Append(block))]);
        return block;
    }

    /// <summary>Retires a block: it is gone for new readers at once, its files when the last reader has left.</summary>
    public void Delete(Block block)
    {
        Volatile.Write(ref _blocks, [.. _blocks.Where(other => other != block)]);
        var renamed = block.Directory + BlockFiles.DeletingExtension;
        DurableFiles.Rename(block.Directory, renamed);
        block.ReleaseAndDelete(renamed);
        _logger.LogInformation("block {Block} was deleted", block.Meta.Ulid);
    }

    /// <summary>References to the blocks that overlap the times, oldest first; the caller releases each.</summary>
    public List<Block> Acquire(long minTime, long maxTime)
    {
        var acquired = new List<Block>();
        foreach (var block in Blocks)
        {
            if (block.Meta.MinTimeMs <= maxTime && block.Meta.MaxTimeMs > minTime && block.TryAcquire())
            {
                acquired.Add(block);
            }
        }
        return acquired;
    }

    public void Dispose()
    {
        foreach (var block in Interlocked.Exchange(ref _blocks, []))
        {
            block.Release();
        }
    }

    private static IEnumerable<Block> Ordered(IEnumerable<Block> blocks) =>
        blocks.OrderBy(block => block.Meta.MinTimeMs).ThenBy(block => block.Meta.Ulid, StringComparer.Ordinal);

    private Block? TryOpen(string path)
    {
        try
        {
            return Block.Open(path, ReportDamage);
        }
        catch (CorruptDataException e)
        {
            _damage($"{e.Message}; the block is left out");
            return null;
        }
    }

    private void ReportDamage(Block block, string reason) => _damage(reason);
}

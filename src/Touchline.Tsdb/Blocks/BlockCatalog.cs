using Microsoft.Extensions.Logging;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Blocks;

/// <summary>The blocks of a data directory, ordered by time. Thread-safe: readers take a snapshot, changes come one at a time.</summary>
internal sealed class BlockCatalog : IDisposable
{
    private readonly string _directory;
    private readonly string _registerPath;
    private readonly ILogger _logger;
    private readonly Action<string> _damage;
    private readonly Lock _changing = new();
    private readonly HashSet<Block> _seenGone = [];
    private Block[] _blocks = [];
    private RegisteredBlock[] _missing = [];
    private bool _registerIsOld;

    /// <param name="directory">The directory of the blocks, which exists.</param>
    /// <param name="damage">Told of everything damaged, also later while chunks are read.</param>
    /// <param name="logger">Told of blocks that go.</param>
    public BlockCatalog(string directory, Action<string> damage, ILogger logger)
    {
        _directory = directory;
        _registerPath = BlockRegister.PathOf(directory);
        _damage = damage;
        _logger = logger;
    }

    /// <summary>Told from which time on (ms) readers may see something else than before, because blocks went. A block that is cut from the head changes nothing.</summary>
    public Action<long>? Changed { get; init; }

    public string Directory => _directory;

    public IReadOnlyList<Block> Blocks => Volatile.Read(ref _blocks);

    public long Bytes => Blocks.Sum(block => block.Bytes);

    /// <summary>The first time behind every block; the least number where there is none.</summary>
    public long MaxTimeMs => Blocks.Select(block => block.Meta.MaxTimeMs).DefaultIfEmpty(long.MinValue).Max();

    /// <summary>The first time that no block has closed: what the head may still take samples of.</summary>
    public long ClosedUntilMs =>
        Blocks.Where(block => !block.Meta.Partial).Select(block => block.Meta.MaxTimeMs).DefaultIfEmpty(long.MinValue).Max();

    /// <summary>
    /// The same, as far as the clock can be trusted: a block is cut half a range after its end, so those that end later than half a range ago are of a
    /// clock that was ahead, or were cut early because of one.
    /// </summary>
    public long ClosedUntil(long latestEndMs) => Blocks
        .Where(block => !block.Meta.Partial && block.Meta.MaxTimeMs <= latestEndMs)
        .Select(block => block.Meta.MaxTimeMs).DefaultIfEmpty(long.MinValue).Max();

    /// <summary>A catalog with everything loaded that is there.</summary>
    public static BlockCatalog Open(string directory, Action<string> damage, Action<string> repaired, ILogger logger)
    {
        System.IO.Directory.CreateDirectory(directory);
        var catalog = new BlockCatalog(directory, damage, logger);
        catalog.Load(repaired, CancellationToken.None);
        return catalog;
    }

    /// <summary>Opens every block that is whole, removes what a crash left half done, and names what is damaged, which stays where it is.</summary>
    /// <param name="repaired">Told of what was removed.</param>
    /// <param name="cancellationToken">Gives it up between two blocks.</param>
    public void Load(Action<string> repaired, CancellationToken cancellationToken)
    {
        var opened = new List<Block>();
        foreach (var path in System.IO.Directory.EnumerateDirectories(_directory).Order(StringComparer.Ordinal))
        {
            if (cancellationToken.IsCancellationRequested)
            {
                opened.ForEach(block => block.Release());
                cancellationToken.ThrowIfCancellationRequested();
            }
            var name = Path.GetFileName(path);
            if (name.EndsWith(BlockFiles.TemporaryExtension, StringComparison.Ordinal) || name.EndsWith(BlockFiles.DeletingExtension, StringComparison.Ordinal))
            {
                System.IO.Directory.Delete(path, recursive: true);
                repaired($"{path}: a block half written or half deleted was removed");
                continue;
            }
            if (Ulid.IsValid(name) && TryOpen(path) is { } block)
            {
                opened.Add(block);
            }
        }
        var missing = MissingAmong(opened);
        var left = WithoutReplaced(opened, repaired);
        lock (_changing)
        {
            _missing = missing;
            Volatile.Write(ref _blocks, [.. Ordered(_blocks.Concat(left))]);
            RegisterBlocks([]);
        }
    }

    /// <summary>
    /// Has the register written again where a disk did not take it, and says which blocks went from the disk behind the back of the process, which
    /// goes on reading them.
    /// </summary>
    public void Look()
    {
        lock (_changing)
        {
            foreach (var block in _blocks)
            {
                if (!File.Exists(Path.Combine(block.Directory, BlockFiles.Meta)) && _seenGone.Add(block))
                {
                    _damage($"{block.Directory}: {RegisteredBlock.Of(block.Meta).Loss()}: it was taken away, and is served until Touchline stops");
                }
            }
            if (_registerIsOld)
            {
                RegisterBlocks([]);
            }
        }
    }

    /// <summary>Takes note of blocks that have their names and are read by the next start only.</summary>
    public void Register(IReadOnlyList<string> directories)
    {
        lock (_changing)
        {
            RegisterBlocks([.. directories.Select(RegisteredBlock.OfDirectory)]);
        }
    }

    /// <summary>No longer misses what would be deleted by now, being older than the time.</summary>
    public void ForgetMissing(long beforeMs)
    {
        lock (_changing)
        {
            if (Array.Exists(_missing, block => block.MaxTimeMs <= beforeMs))
            {
                _missing = [.. _missing.Where(block => block.MaxTimeMs > beforeMs)];
                RegisterBlocks([]);
            }
        }
    }

    /// <summary>Gives a block that is complete its name and makes it visible.</summary>
    /// <param name="temporary">The block, which is deleted where this fails.</param>
    /// <param name="prepare">Called with its directory before it has a name: what is done there survives a crash together with the block, or not at all.</param>
    /// <param name="lastCommit">The number of the last commit that it may hold a part of.</param>
    /// <exception cref="CorruptDataException">What was written cannot be read back.</exception>
    public Block Add(string temporary, Action<string> prepare, long lastCommit)
    {
        var block = Name(temporary, prepare);
        block.LastCommit = lastCommit;
        return Add(block);
    }

    /// <summary>Makes a block visible that has its name.</summary>
    /// <exception cref="CorruptDataException">What was written cannot be read back.</exception>
    public Block Add(string directory) => Add(Block.Open(directory, ReportDamage));

    private Block Add(Block block)
    {
        lock (_changing)
        {
            Volatile.Write(ref _blocks, [.. Ordered(_blocks.Append(block))]);
            RegisterBlocks([]);
        }
        return block;
    }

    /// <summary>
    /// Puts a block in the place of those that it was made of, for new readers all at once, and deletes them once their last reader has left.
    /// Where one of them is gone meanwhile, the new block would bring it back: then it is deleted and nothing else changes.
    /// </summary>
    /// <param name="replaced">The blocks that go.</param>
    /// <param name="temporary">The block that comes, complete but without its name; null where nothing is left of the others.</param>
    /// <param name="prepare">As for <see cref="Add"/>.</param>
    public bool TryReplace(IReadOnlyList<Block> replaced, string? temporary, Action<string> prepare)
    {
        lock (_changing)
        {
            if (replaced.Any(one => !_blocks.Contains(one)))
            {
                DeleteUnnamed(temporary);
                return false;
            }
            var block = temporary is null ? null : Name(temporary, prepare);
            if (block is not null)
            {
                block.LastCommit = replaced.Max(one => one.LastCommit);
            }
            var others = _blocks.Where(one => !replaced.Contains(one));
            Volatile.Write(ref _blocks, [.. Ordered(block is null ? others : others.Append(block))]);
            // Before they go, so that a crash does not look like their loss.
            RegisterBlocks([]);
            foreach (var one in replaced)
            {
                Retire(one);
            }
        }
        Changed?.Invoke(replaced.Min(one => one.Meta.MinTimeMs));
        return true;
    }

    /// <summary>Retires a block: it is gone for new readers at once, its files when the last reader has left.</summary>
    public void Delete(Block block)
    {
        lock (_changing)
        {
            if (!_blocks.Contains(block))
            {
                return;
            }
            Volatile.Write(ref _blocks, [.. _blocks.Where(other => other != block)]);
            RegisterBlocks([]);
            Retire(block);
            if (_registerIsOld)
            {
                // On a full disk there may be room for it now.
                RegisterBlocks([]);
            }
        }
        Changed?.Invoke(block.Meta.MinTimeMs);
        _logger.LogInformation("block {Block} was deleted", block.Meta.Ulid);
    }

    /// <summary>Shows every block while none comes or goes; for what is done in a moment.</summary>
    public void Visit(Action<Block> visitor)
    {
        lock (_changing)
        {
            Array.ForEach(_blocks, visitor);
        }
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

    /// <summary>
    /// By time, then by age. Where two blocks have a sample of one series at one time, that of the first counts, for queries and for compaction.
    /// </summary>
    public static int Compare(Block left, Block right)
    {
        var order = left.Meta.MinTimeMs.CompareTo(right.Meta.MinTimeMs);
        return order != 0 ? order : string.CompareOrdinal(left.Meta.Ulid, right.Meta.Ulid);
    }

    private static IEnumerable<Block> Ordered(IEnumerable<Block> blocks) => blocks.Order(Comparer<Block>.Create(Compare));

    private Block Name(string temporary, Action<string> prepare)
    {
        try
        {
            prepare(temporary);
            return Block.Open(BlockFiles.GiveName(temporary), ReportDamage);
        }
        catch
        {
            DeleteUnnamed(temporary);
            throw;
        }
    }

    private static void DeleteUnnamed(string? temporary)
    {
        if (System.IO.Directory.Exists(temporary))
        {
            System.IO.Directory.Delete(temporary, recursive: true);
        }
    }

    private static void Retire(Block block)
    {
        var renamed = block.Directory + BlockFiles.DeletingExtension;
        DurableFiles.Rename(block.Directory, renamed);
        block.ReleaseAndDelete(renamed);
    }

    /// <summary>Deletes blocks that another one, which is whole, was made of: a crash came before they were deleted.</summary>
    private List<Block> WithoutReplaced(List<Block> blocks, Action<string> repaired)
    {
        var replaced = blocks.SelectMany(block => block.Meta.Replaces ?? []).ToHashSet(StringComparer.Ordinal);
        var left = new List<Block>();
        foreach (var block in blocks)
        {
            if (!replaced.Contains(block.Meta.Ulid))
            {
                left.Add(block);
                continue;
            }
            Retire(block);
            repaired($"{block.Directory}: a block that a compacted one replaces was removed");
        }
        return left;
    }

    /// <summary>What the register has and the disk has not, said as damage. The others are served: a start refuses nothing.</summary>
    private RegisteredBlock[] MissingAmong(List<Block> opened)
    {
        try
        {
            var missing = BlockRegister.MissingFrom(BlockRegister.Read(_registerPath) ?? [], _directory, opened.Select(block => block.Meta));
            missing.ForEach(block => _damage($"{Path.Combine(_directory, block.Ulid)}: {block.Loss()}"));
            return [.. missing];
        }
        catch (Exception e) when (e is CorruptDataException or IOException or UnauthorizedAccessException)
        {
            _damage($"{_registerPath}: {e.Message}; it is made anew of the blocks that are there, and blocks that were lost before are not missed");
            return [];
        }
    }

    /// <summary>
    /// Writes down which blocks there are; under the lock of changes. Where the disk does not take it, blocks come and go all the same, and it is tried
    /// again: what goes meanwhile may be missed by the next start.
    /// </summary>
    private void RegisterBlocks(RegisteredBlock[] more)
    {
        try
        {
            var bytes = BlockRegister.ToBytes([.. _blocks.Select(block => RegisteredBlock.Of(block.Meta)), .. more, .. _missing]);
            DurableFiles.Replace(_registerPath, bytes.Written);
            _registerIsOld = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _registerIsOld = true;
            _logger.LogWarning("which blocks there are could not be written down: {Reason}", e.Message);
        }
    }

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

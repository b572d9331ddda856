using Microsoft.Extensions.Logging.Abstractions;
using Touchline.Model;
using Touchline.Tsdb.Aggregates;
using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Files;
using Touchline.Tsdb.Head;
using Touchline.Tsdb.Wal;

namespace Touchline.Tsdb.Exchange;

/// <summary>A data directory of ours that blocks are brought into while no server runs on it.</summary>
internal sealed class ImportTarget : IDisposable
{
    private const string StagingDirectory = "import.tmp";

    /// <summary>The range that the head is cut in, which every server here uses.</summary>
    public static readonly long HeadRangeMs = new TsdbOptions { Path = "" }.BlockRangeMs;

    private readonly DirectoryLock _lock;
    private readonly TimeProvider _time;
    private readonly string _staging;
    private readonly List<Block> _staged = [];
    private bool _disposed;

    private ImportTarget(DataDirectory layout, DirectoryLock directoryLock, BlockCatalog catalog, TimeProvider time)
    {
        _lock = directoryLock;
        _time = time;
        _staging = Path.Combine(layout.Root, StagingDirectory);
        Layout = layout;
        Catalog = catalog;
        SettledUntilMs = SettledUntil();
        ClearStaging();
    }

    public DataDirectory Layout { get; }

    public BlockCatalog Catalog { get; }

    /// <summary>
    /// The end of what the head here cannot hold samples of any more. Behind it, blocks are marked as partial and do not cross the limits of the
    /// head's ranges: otherwise the next start would take them for a sign that the head was cut that far, and pass over what the log has of that time.
    /// </summary>
    public long SettledUntilMs { get; }

    /// <exception cref="ExchangeException">A server runs on the directory, or it cannot be written.</exception>
    public static ImportTarget Open(string path, TimeProvider time, DamageList damage)
    {
        try
        {
            var layout = DataDirectory.Prepare(path);
            var directoryLock = DirectoryLock.Acquire(layout.Root);
            try
            {
                var catalog = BlockCatalog.Open(layout.Blocks, damage.Add, _ => { }, NullLogger.Instance);
                return new ImportTarget(layout, directoryLock, catalog, time);
            }
            catch
            {
                directoryLock.Dispose();
                throw;
            }
        }
        catch (TsdbOpenException e)
        {
            throw new ExchangeException(
                $"{e.Message}. A server keeps its directory to itself while it runs: stop it, import, and start it again; "
                + "or import into a directory of its own and start a server on that", e);
        }
    }

    public string NewName() => Ulid.New(_time.GetUtcNow());

    /// <summary>Whether a block that was begun under a name was finished: it is there, or another was made of it.</summary>
    public bool Holds(string ulid) => Catalog.Blocks.Any(block => block.Meta.Ulid == ulid || block.Meta.Sources.Contains(ulid));

    /// <summary>Begins a block that becomes visible by itself once it is finished.</summary>
    public ImportedBlockWriter Begin(string ulid, long minTimeMs, long maxTimeMs) => new(this, Layout.Blocks, ulid, minTimeMs, maxTimeMs);

    /// <summary>Begins a block that becomes visible with all others that were staged, by <see cref="PublishStaged"/>.</summary>
    public ImportedBlockWriter BeginStaged(long minTimeMs, long maxTimeMs)
    {
        Directory.CreateDirectory(_staging);
        return new ImportedBlockWriter(this, _staging, NewName(), minTimeMs, maxTimeMs);
    }

    /// <summary>Takes note of a staged block, so that its samples are not stored a second time.</summary>
    public void AddStaged(string directory) => _staged.Add(Block.Open(directory, (_, _) => { }));

    /// <summary>The blocks of samples that are visible, and those that were staged before.</summary>
    public IEnumerable<Block> Blocks => Catalog.Blocks.Where(block => block.Meta.ResolutionMs == 0).Concat(_staged);

    /// <summary>The series that were left out.</summary>
    public DamageList Refused { get; } = new();

    /// <summary>Whether a series is left out, which is named, because it has the label of the store's own.</summary>
    public bool Refuses(Labels labels)
    {
        if (labels[AggregateLabel.Name].Length == 0)
        {
            return false;
        }
        Refused.Add($"series {labels} is left out: the label name U+FFFF is Touchline's own");
        return true;
    }

    public void PublishStaged()
    {
        if (!Directory.Exists(_staging))
        {
            return;
        }
        ReleaseStaged();
        foreach (var block in Directory.EnumerateDirectories(_staging).Order(StringComparer.Ordinal))
        {
            var final = Path.Combine(Layout.Blocks, Path.GetFileName(block));
            DurableFiles.Rename(block, final);
            Catalog.Add(final);
        }
        ClearStaging();
    }

    /// <summary>Takes away what was staged and not published: nobody reads it, and it may be what fills the disk.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return; // What is staged by now is another's.
        }
        _disposed = true;
        try
        {
            ReleaseStaged();
            ClearStaging();
        }
        finally
        {
            Catalog.Dispose();
            _lock.Dispose();
        }
    }

    private void ReleaseStaged()
    {
        _staged.ForEach(block => block.Release());
        _staged.Clear();
    }

    private void ClearStaging()
    {
        if (Directory.Exists(_staging))
        {
            Directory.Delete(_staging, recursive: true);
        }
    }

    private long SettledUntil()
    {
        if (Catalog.ClosedUntilMs > long.MinValue)
        {
            return Catalog.ClosedUntilMs;
        }
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        var logs = new DirectoryInfo(Layout.Wal).EnumerateFiles().Where(file => file.Length > WalFormat.FileHeaderLength).ToList();
        if (logs.Count == 0)
        {
            // Nothing was ever collected here: a server that starts now takes samples of now.
            return BlockTimes.Start(now, HeadRangeMs);
        }
        // The head was never cut, so what it holds spans less than two ranges before the oldest file was last written.
        var oldest = new DateTimeOffset(logs.Min(file => file.LastWriteTimeUtc)).ToUnixTimeMilliseconds();
        return BlockTimes.Start(Math.Min(oldest, now), HeadRangeMs) - (2 * HeadRangeMs);
    }
}

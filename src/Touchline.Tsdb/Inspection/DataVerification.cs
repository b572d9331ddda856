using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Cardinality;
using Touchline.Tsdb.Exchange;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Inspection;

/// <summary>
/// Reads every byte of a data directory, checks every checksum and what must hold between the parts, and changes nothing. May run beside a server:
/// blocks never change, and what is being written at the end of the log is told apart from damage.
/// </summary>
public static class DataVerification
{
    /// <exception cref="ExchangeException">There is no such data directory.</exception>
    public static VerifyReport Run(string path, Action<ExchangeProgress> progress, CancellationToken cancellationToken)
    {
        var layout = DataLayout.Existing(path);
        var findings = new FindingList();
        var notes = new List<string>();
        var isInUse = DirectoryLock.IsHeldBySomebody(layout.Root);
        var (blocks, series, chunks, samples) = (0, 0L, 0L, 0L);
        var directories = Directory.Exists(layout.Blocks) ? Directory.GetDirectories(layout.Blocks).Order(StringComparer.Ordinal).ToList() : [];
        foreach (var directory in directories)
        {
            cancellationToken.ThrowIfCancellationRequested();
            progress(new ExchangeProgress($"block {Path.GetFileName(directory)}", blocks, directories.Count, samples));
            var name = Path.GetFileName(directory);
            if (!Ulid.IsValid(name))
            {
                notes.Add(LeftOver(directory, isInUse));
                continue;
            }
            var block = new BlockVerification(directory, findings);
            block.Run(cancellationToken);
            if (!Directory.Exists(directory))
            {
                continue; // A running server has compacted or retired it meanwhile.
            }
            blocks++;
            (series, chunks, samples) = (series + block.Series, chunks + block.Chunks, samples + block.Samples);
        }
        if (Directory.Exists(layout.Blocks))
        {
            notes.AddRange(Directory.EnumerateFiles(layout.Blocks).Order(StringComparer.Ordinal).Select(file => $"{file} is no block and is not looked at"));
        }
        var log = new LogVerification(layout.Wal, isInUse, findings, notes);
        log.Run(cancellationToken);
        var head = new HeadFileVerification(layout.Head, isInUse, findings, notes);
        head.Run(cancellationToken);
        VerifyRegister(layout.Blocks, findings, notes);
        VerifyMetricReads(layout.Root, findings);
        VerifyImports(layout.Root, findings);
        return new VerifyReport
        {
            Blocks = blocks,
            Series = series,
            Chunks = chunks,
            Samples = samples,
            LogFiles = log.Files,
            LogRecords = log.Records,
            HeadChunks = head.Chunks,
            Findings = findings.Entries,
            MoreFindings = findings.More,
            Notes = notes,
        };
    }

    private static void VerifyMetricReads(string root, FindingList findings)
    {
        var path = Path.Combine(root, MetricReadsFile.Name);
        try
        {
            if (File.Exists(path))
            {
                MetricReadsFile.FromBytes(File.ReadAllBytes(path), TimeProvider.System);
            }
        }
        catch (CorruptDataException e)
        {
            findings.Add(path, null, e.Message, "when metrics were last read: the next start sets the file aside and notes it anew");
        }
    }

    private static void VerifyRegister(string blocks, FindingList findings, List<string> notes)
    {
        var path = BlockRegister.PathOf(blocks);
        try
        {
            if (BlockRegister.Read(path) is not { } registered)
            {
                if (Directory.Exists(blocks) && Directory.EnumerateDirectories(blocks).Any())
                {
                    notes.Add($"{path} is not there: whether a whole block is missing cannot be told. A start makes it of the blocks that are there");
                }
                return;
            }
            var missing = BlockRegister.MissingFrom(registered, blocks, MetasIn(blocks));
            // A running server takes a block from the register before it takes it from the disk.
            var still = missing.Count == 0 ? [] : (BlockRegister.Read(path) ?? []).ToHashSet();
            foreach (var block in missing.Where(still.Contains))
            {
                findings.Add(Path.Combine(blocks, block.Ulid), null, block.Loss(), $"those samples, until the block is put back; to no longer miss it, delete {path} while no server runs");
            }
        }
        catch (CorruptDataException e)
        {
            findings.Add(path, null, e.Message, "nothing but knowing which blocks there were: the next start makes it anew");
        }
    }

    private static List<BlockMeta> MetasIn(string blocks)
    {
        var metas = new List<BlockMeta>();
        foreach (var directory in Directory.Exists(blocks) ? Directory.GetDirectories(blocks) : [])
        {
            try
            {
                metas.Add(BlockMeta.FromJson(File.ReadAllBytes(Path.Combine(directory, BlockFiles.Meta))));
            }
            catch (Exception e) when (e is IOException or CorruptDataException)
            {
                // Found fault with as a block, where it is one.
            }
        }
        return metas;
    }

    private static void VerifyImports(string root, FindingList findings)
    {
        try
        {
            ImportJournal.Open(root);
        }
        catch (CorruptDataException e)
        {
            var path = Path.Combine(root, ImportJournal.FileName);
            findings.Add(path, null, e.Message.StartsWith(path + ": ", StringComparison.Ordinal) ? e.Message[(path.Length + 2)..] : e.Message, "what was imported from Prometheus already");
        }
    }

    private static string LeftOver(string directory, bool isInUse)
    {
        if (directory.EndsWith(BlockFiles.TemporaryExtension, StringComparison.Ordinal))
        {
            return isInUse ? $"{directory} is being written" : $"{directory} was left half written and is removed by the next start";
        }
        return directory.EndsWith(BlockFiles.DeletingExtension, StringComparison.Ordinal)
            ? $"{directory} is a deleted block{(isInUse ? " that somebody still reads from" : " and is removed by the next start")}"
            : $"{directory} is no block and is not looked at";
    }
}

using System.Globalization;
using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Prometheus;

namespace Touchline.Tsdb.Exchange;

/// <summary>A data directory of Prometheus's, as far as it is read.</summary>
internal sealed record PrometheusSource(string Root, IReadOnlyList<string> Blocks, IReadOnlyList<string> Log, IReadOnlyList<string> OutOfOrderLog)
{
    public long LogBytes { get; } = Log.Concat(OutOfOrderLog).Sum(path => new FileInfo(path) is { Exists: true } file ? file.Length : 0);

    /// <summary>Whether a Prometheus holds the lock file, which it keeps locked while it runs.</summary>
    public bool IsInUse
    {
        get
        {
            var path = Path.Combine(Root, "lock");
            if (!File.Exists(path))
            {
                return false;
            }
            try
            {
                using var probe = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
                return false;
            }
            catch (UnauthorizedAccessException)
            {
                return false; // Not ours to read: it says nothing.
            }
            catch (IOException)
            {
                return true;
            }
        }
    }

    /// <exception cref="ExchangeException">There is no such directory, or it is none of Prometheus's.</exception>
    public static PrometheusSource Open(string path, string target)
    {
        var root = Path.GetFullPath(path);
        if (!Directory.Exists(root))
        {
            throw new ExchangeException($"{root}: there is no such directory");
        }
        if (root == Path.GetFullPath(target))
        {
            throw new ExchangeException($"{root} is both source and target; name the directory to import into with --storage.tsdb.path");
        }
        if (File.Exists(Path.Combine(root, PrometheusFiles.Meta)) && File.Exists(Path.Combine(root, PrometheusFiles.Index)))
        {
            throw new ExchangeException($"{root} is a single block; name the data directory that it is in");
        }
        try
        {
            var blocks = Directory.EnumerateDirectories(root)
                .Where(directory => Ulid.IsValid(Path.GetFileName(directory)) && File.Exists(Path.Combine(directory, PrometheusFiles.Meta)))
                .Order(StringComparer.Ordinal).ToList();
            var log = PrometheusWalFiles.Of(Path.Combine(root, PrometheusFiles.Wal));
            if (blocks.Count == 0 && log.Count == 0)
            {
                throw new ExchangeException($"{root} holds neither blocks nor a log of Prometheus's; it is what --storage.tsdb.path of that Prometheus says");
            }
            return new PrometheusSource(root, blocks, log, PrometheusWalFiles.Of(Path.Combine(root, PrometheusFiles.OutOfOrderWal)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ExchangeException($"{root} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The length of a block's chunk files; 0 where the block is gone meanwhile.</summary>
    public static long BytesOf(string block)
    {
        var chunks = Path.Combine(block, PrometheusFiles.Chunks);
        return Directory.Exists(chunks) ? new DirectoryInfo(chunks).EnumerateFiles().Sum(file => file.Length) : 0;
    }

    /// <summary>Changes whenever the log does.</summary>
    public string LogState() => string.Join(';', Log.Concat(OutOfOrderLog).Select(path =>
    {
        var file = new FileInfo(path);
        return file.Exists
            ? string.Create(CultureInfo.InvariantCulture, $"{Path.GetRelativePath(Root, path)}:{file.Length}:{file.LastWriteTimeUtc.Ticks}")
            : Path.GetRelativePath(Root, path);
    }));
}

using System.Text.Json;
using System.Text.Json.Serialization;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Exchange;

/// <summary>
/// What was imported into a data directory, so that an import that was interrupted goes on where it was, and one that is repeated brings only
/// what is new. A block's name is noted before it is written: whether it was finished is seen by whether it is there.
/// </summary>
internal sealed class ImportJournal
{
    public const string FileName = "prometheus-imports.json";

    /// <summary>Without a checksum; still read.</summary>
    private const int FirstVersion = 1;

    private const int CurrentVersion = 2;

    private readonly string _path;
    private readonly Content _content;

    private ImportJournal(string path, Content content)
    {
        _path = path;
        _content = content;
    }

    /// <exception cref="CorruptDataException">The file is there and cannot be read.</exception>
    public static ImportJournal Open(string root)
    {
        var path = Path.Combine(root, FileName);
        if (!File.Exists(path))
        {
            return new ImportJournal(path, new Content());
        }
        try
        {
            var text = File.ReadAllText(path);
            var content = JsonSerializer.Deserialize(text, ImportJournalJson.Default.Content) ?? throw new CorruptDataException("it is empty");
            if (content.Version is not (FirstVersion or CurrentVersion))
            {
                throw new CorruptDataException($"its version {content.Version} is unknown to this program");
            }
            if (content.Version == CurrentVersion)
            {
                SealedJson.Check(text, content.Crc32c ?? "");
            }
            content.Version = CurrentVersion;
            return new ImportJournal(path, content);
        }
        catch (Exception e) when (e is JsonException or CorruptDataException)
        {
            throw new CorruptDataException(
                $"{path}: {e.Message.TrimEnd('.')}. It says what was imported already; without it everything would be read again, though not stored twice: delete it for that");
        }
    }

    /// <summary>Notes that all of a source is in, in a directory that nobody works on.</summary>
    /// <exception cref="IOException">The disk does not take it, or somebody works on the directory: the source is read again next time, which stores nothing twice.</exception>
    public static void Complete(string target, string source)
    {
        var root = Path.GetFullPath(target);
        using var directoryLock = DirectoryLock.Acquire(root);
        var journal = Open(root);
        journal[source].IsComplete = true;
        journal.Save();
    }

    /// <summary>The entry of a block of Prometheus's, or of the log of a data directory; made where there is none.</summary>
    public Entry this[string source]
    {
        get
        {
            if (!_content.Sources.TryGetValue(source, out var entry))
            {
                _content.Sources.Add(source, entry = new Entry());
            }
            return entry;
        }
    }

    /// <summary>Whether a block is in, by itself or because all that it was compacted from is.</summary>
    public bool HasBlock(string ulid, IReadOnlyList<string> sources) =>
        IsComplete(ulid) || (sources.Count > 0 && sources.All(source => source != ulid && IsComplete(source)));

    public void Save()
    {
        _content.Crc32c = SealedJson.NoChecksum;
        DurableFiles.Replace(_path, SealedJson.Seal(JsonSerializer.Serialize(_content, ImportJournalJson.Default.Content)));
    }

    private bool IsComplete(string source) => _content.Sources.TryGetValue(source, out var entry) && entry.IsComplete;

    internal sealed class Content
    {
        public int Version { get; set; } = CurrentVersion;

        public string? Crc32c { get; set; }

        public SortedDictionary<string, Entry> Sources { get; set; } = new(StringComparer.Ordinal);
    }

    internal sealed class Entry
    {
        public bool IsComplete { get; set; }

        /// <summary>What the source looked like, where it changes: the files of a log.</summary>
        public string? State { get; set; }

        /// <summary>Its pieces, each a block here.</summary>
        public List<Piece> Pieces { get; set; } = [];
    }

    /// <param name="MinTimeMs">The first time of the piece.</param>
    /// <param name="MaxTimeMs">The first time behind it.</param>
    /// <param name="Block">The block that it became or is becoming; empty where it turned out to hold nothing.</param>
    internal sealed record Piece(long MinTimeMs, long MaxTimeMs, string Block);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ImportJournal.Content))]
internal sealed partial class ImportJournalJson : JsonSerializerContext;

using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;
using Touchline.Model;

namespace Touchline.RemoteWrite.Sending;

/// <summary>
/// Keeps the book over a restart, so that what waits to be sent goes with its metadata before anybody has told them again. Swapped whole. Guarded
/// by whoever calls it.
/// </summary>
internal sealed partial class MetadataFile(string path, MetadataBook book, TimeProvider time, ILogger logger)
{
    /// <summary>While targets are discovered, the book changes all the time.</summary>
    private static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(10);

    private int _writtenVersion;
    private DateTimeOffset _writtenAt = DateTimeOffset.MinValue;

    /// <summary>Notes in the book what the file has and the book does not.</summary>
    public void Read()
    {
        try
        {
            if (File.Exists(path))
            {
                using var file = File.OpenRead(path);
                book.Restore(JsonSerializer.Deserialize(file, MetadataJson.Default.DictionaryStringMetricMetadata)?.Where(IsWhole) ?? []);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            logger.LogWarning("{Path} cannot be read, so that what is queued is sent without metadata at first: {Reason}", path, e.Message);
        }
    }

    /// <summary>Writes the book where it has changed.</summary>
    /// <param name="isLast">Whether it is written at once, since nobody will do so later.</param>
    public void Write(bool isLast = false)
    {
        var version = book.Version;
        var now = time.GetUtcNow();
        if (version == _writtenVersion || (!isLast && now - _writtenAt < LeastPause && now >= _writtenAt))
        {
            return;
        }
        _writtenAt = now;
        try
        {
            var all = new Dictionary<string, MetricMetadata>(book.All, StringComparer.Ordinal);
            SwappedFile.Write(path, file => JsonSerializer.Serialize(file, all, MetadataJson.Default.DictionaryStringMetricMetadata), isForced: false);
            _writtenVersion = version;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            logger.LogDebug(e, "{Path} cannot be written", path);
        }
    }

    private static bool IsWhole(KeyValuePair<string, MetricMetadata> entry) => entry.Value is { Help: not null, Unit: not null };

    [JsonSourceGenerationOptions(UseStringEnumConverter = true)]
    [JsonSerializable(typeof(Dictionary<string, MetricMetadata>))]
    private sealed partial class MetadataJson : JsonSerializerContext;
}

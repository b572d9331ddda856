using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;

namespace Touchline.RemoteWrite.Sending.Queueing;

/// <summary>How far each remote has got, by the remote's identity, in a file that is swapped whole.</summary>
internal sealed partial class PositionFile(string path, ILogger logger)
{
    private Dictionary<string, QueuePosition> _written = [];

    /// <summary>What was noted; nothing where that cannot be read, so that everything is sent again.</summary>
    public IReadOnlyDictionary<string, QueuePosition> Read()
    {
        try
        {
            _written = File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), PositionJson.Default.DictionaryStringQueuePosition) ?? [] : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            logger.LogWarning("{Path} cannot be read, so that all that is queued is sent again: {Reason}", path, e.Message);
            _written = [];
        }
        return _written;
    }

    /// <summary>Notes positions, where they are not those that are noted already.</summary>
    /// <param name="isForced">Whether they are on disk then; else a little more is sent again after a power loss.</param>
    public void Write(Dictionary<string, QueuePosition> positions, bool isForced = false)
    {
        if (positions.Count == _written.Count && positions.All(position => _written.TryGetValue(position.Key, out var known) && known == position.Value))
        {
            return;
        }
        try
        {
            var temporary = path + ".tmp";
            using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 0))
            {
                file.Write(JsonSerializer.SerializeToUtf8Bytes(positions, PositionJson.Default.DictionaryStringQueuePosition));
                file.Flush(isForced);
            }
            File.Move(temporary, path, overwrite: true);
            _written = positions;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            logger.LogDebug(e, "{Path} cannot be written", path);
        }
    }

    [JsonSerializable(typeof(Dictionary<string, QueuePosition>))]
    private sealed partial class PositionJson : JsonSerializerContext;
}

using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;

namespace Touchline.RemoteWrite.Sending.Queueing;

/// <summary>How far each remote has got, by the remote's identity, in a file that is swapped whole. Thread-safe.</summary>
internal sealed partial class PositionFile(string path, ILogger logger)
{
    private readonly Lock _lock = new();
    private byte[] _written = [];

    /// <summary>What was noted; nothing where that cannot be read, so that everything is sent again.</summary>
    public IReadOnlyDictionary<string, RemotePosition> Read()
    {
        lock (_lock)
        {
            try
            {
                _written = File.Exists(path) ? File.ReadAllBytes(path) : [];
                return _written.Length > 0 ? JsonSerializer.Deserialize(_written, PositionJson.Default.DictionaryStringRemotePosition) ?? [] : [];
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
            {
                logger.LogWarning("{Path} cannot be read, so that all that is queued is sent again: {Reason}", path, e.Message);
                _written = [];
                return new Dictionary<string, RemotePosition>();
            }
        }
    }

    /// <summary>Notes positions, where they are not those that are noted already.</summary>
    /// <param name="positions">Asked for in turn, so that older ones are never noted after newer ones.</param>
    /// <param name="isForced">Whether they are on disk then; else a little more is sent again after a power loss.</param>
    public void Write(Func<Dictionary<string, RemotePosition>> positions, bool isForced = false)
    {
        lock (_lock)
        {
            var bytes = JsonSerializer.SerializeToUtf8Bytes(positions(), PositionJson.Default.DictionaryStringRemotePosition);
            if (!bytes.AsSpan().SequenceEqual(_written))
            {
                Write(bytes, isForced);
            }
        }
    }

    private void Write(byte[] bytes, bool isForced)
    {
        try
        {
            SwappedFile.Write(path, file => file.Write(bytes), isForced);
            _written = bytes;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            logger.LogDebug(e, "{Path} cannot be written", path);
        }
    }

    [JsonSerializable(typeof(Dictionary<string, RemotePosition>))]
    private sealed partial class PositionJson : JsonSerializerContext;
}

using System.Text.Json.Serialization;

namespace Touchline.RemoteWrite.Sending.Queueing;

/// <summary>How far a remote has got.</summary>
/// <param name="Segment">The file of the place that everything before is sent of.</param>
/// <param name="Offset">Where in it.</param>
/// <param name="Shards">How far each shard has got with the series that are its own; null where nobody noted that.</param>
/// <param name="Ways">Which series go to which shard, as one short text; with another one <paramref name="Shards"/> means nothing.</param>
internal sealed record RemotePosition(int Segment, long Offset, IReadOnlyList<QueuePosition>? Shards = null, string? Ways = null)
{
    [JsonIgnore]
    public QueuePosition Place => new(Segment, Offset);

    public static RemotePosition At(QueuePosition place) => new(place.Segment, place.Offset);
}

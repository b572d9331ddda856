using Microsoft.Extensions.Logging;
using Touchline.Configuration;
using Touchline.RemoteWrite.Sending.Messages;

namespace Touchline.RemoteWrite.Sending.Shards;

/// <summary>What the shards of a remote share.</summary>
internal sealed record ShardEnvironment(
    string Name, RemoteWriteConfig Config, RemoteClient Client, RemoteFigures Figures, RemoteHealth Health, MetadataBook Metadata,
    SentBefore SentBefore, TimeProvider Time, ILogger Logger)
{
    public IRequestEncoder NewEncoder() => Config.Message == RemoteWriteMessageType.Two ? new RequestEncoder(Metadata) : new WriteRequestEncoder();
}

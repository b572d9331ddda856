using Touchline.Options;
using Touchline.RemoteWrite.Sending;

namespace Touchline.Hosting;

/// <summary>Where samples wait that are sent by remote write.</summary>
internal static class SendingSettings
{
    /// <summary>Beside what the store keeps; the agent has nothing else.</summary>
    public static SendingOptions Of(ServerOptions options) => new()
    {
        Directory = Path.Combine(ServerState.DataPath(options), "remote-write"),
        MaxQueueBytes = options.RemoteQueueBytes,
    };
}

using Touchline.Options;

namespace Touchline.Hosting;

/// <summary>Where the server is in its life. Thread-safe.</summary>
internal sealed class ServerState(TimeProvider time)
{
    private volatile bool _ready;

    public DateTimeOffset StartedAt { get; } = time.GetUtcNow();

    /// <summary>Whether data are served and collected; false while starting and stopping.</summary>
    public bool IsReady
    {
        get => _ready;
        set => _ready = value;
    }

    /// <summary>The URL that a person on this machine opens; known once the server listens.</summary>
    public string Url { get; set; } = "";

    /// <summary>The data directory, absolute.</summary>
    public static string DataPath(ServerOptions options) => Path.GetFullPath(options.DataPath);
}

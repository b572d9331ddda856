namespace Touchline.RemoteWrite.Sending;

/// <summary>How it stands with a remote.</summary>
public enum RemoteState
{
    /// <summary>Everything is sent.</summary>
    Idle,

    /// <summary>Samples are on their way as they come.</summary>
    Sending,

    /// <summary>What has gathered is being sent.</summary>
    CatchingUp,

    /// <summary>The last request did not arrive; it is tried again.</summary>
    Retrying,
}

/// <summary>A remote at one moment. Times in ms or as dates, sizes in bytes.</summary>
public sealed record RemoteStatus
{
    public required string Name { get; init; }

    /// <summary>Without its password.</summary>
    public required string Url { get; init; }

    /// <summary>As the configuration names the message.</summary>
    public required string Message { get; init; }

    public required RemoteState State { get; init; }

    /// <summary>How much older the newest sample that arrived is than the newest one there is, seconds; 0 where all have arrived.</summary>
    public double BehindSeconds { get; init; }

    /// <summary>What waits on disk.</summary>
    public long QueuedBytes { get; init; }

    public int Shards { get; init; }

    public double ShardsDesired { get; init; }

    public int ShardsMin { get; init; }

    public int ShardsMax { get; init; }

    public int ShardCapacity { get; init; }

    public int MaxSamplesPerSend { get; init; }

    public required RemoteFigures Figures { get; init; }

    /// <summary>Empty where nothing went wrong.</summary>
    public string LastError { get; init; } = "";

    public DateTimeOffset? LastErrorAt { get; init; }
}

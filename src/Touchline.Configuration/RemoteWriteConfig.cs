namespace Touchline.Configuration;

/// <summary>One entry of <c>remote_write</c>: who samples are sent to. Durations in ms.</summary>
public sealed record RemoteWriteConfig
{
    public required Uri Url { get; init; }

    /// <summary>As written; empty where the file does not say.</summary>
    public string Name { get; init; } = "";

    public long RemoteTimeoutMs { get; init; } = 30_000;

    /// <summary>Headers of every request beside those of <see cref="Http"/>. Some hold tokens.</summary>
    public IReadOnlyDictionary<string, Secret> Headers { get; init; } = new Dictionary<string, Secret>();

    public IReadOnlyList<RelabelConfig> WriteRelabelConfigs { get; init; } = [];

    public bool SendExemplars { get; init; }

    public bool SendNativeHistograms { get; init; }

    /// <summary>Whether each connection goes to another of the addresses that the host's name has.</summary>
    public bool RoundRobinDns { get; init; }

    public RemoteWriteMessageType Message { get; init; }

    public HttpClientConfig Http { get; init; } = new() { EnableHttp2 = false };

    public RemoteWriteQueueConfig Queue { get; init; } = new();

    public RemoteWriteMetadataConfig Metadata { get; init; } = new();
}

/// <summary>The message that is sent, <c>protobuf_message</c>.</summary>
public enum RemoteWriteMessageType
{
    /// <summary><c>prometheus.WriteRequest</c> of remote write 1.0.</summary>
    One,

    /// <summary><c>io.prometheus.write.v2.Request</c> of remote write 2.0.</summary>
    Two,
}

/// <summary><c>queue_config</c>: how samples become requests. Durations in ms.</summary>
public sealed record RemoteWriteQueueConfig
{
    /// <summary>Samples that a shard holds at most, those of requests under way not counted.</summary>
    public int Capacity { get; init; } = 10_000;

    public int MaxShards { get; init; } = 50;

    public int MinShards { get; init; } = 1;

    public int MaxSamplesPerSend { get; init; } = 2_000;

    /// <summary>How long a sample waits for others to be sent with.</summary>
    public long BatchSendDeadlineMs { get; init; } = 5_000;

    public long MinBackoffMs { get; init; } = 30;

    public long MaxBackoffMs { get; init; } = 5_000;

    /// <summary>Whether what is refused with 429 is sent again. Prometheus drops it where the file does not say.</summary>
    public bool RetryOnHttp429 { get; init; } = true;

    /// <summary>Samples older than this are not sent any more; 0 is no limit.</summary>
    public long SampleAgeLimitMs { get; init; }
}

/// <summary><c>metadata_config</c>: whether and how often types, helps and units are sent in messages of version 1. Durations in ms.</summary>
public sealed record RemoteWriteMetadataConfig
{
    public bool Send { get; init; } = true;

    public long SendIntervalMs { get; init; } = 60_000;

    public int MaxSamplesPerSend { get; init; } = 2_000;
}

using Touchline.Model;

namespace Touchline.Configuration.Probes;

/// <summary>What a probe speaks.</summary>
public enum ProberKind
{
    Http,
    Tcp,
    Dns,
    Icmp,
    Grpc,
    Unix,
}

/// <summary>One module of blackbox.yml: how to look at a target. The section of its prober counts, the others are as they are by default.</summary>
public sealed record ProbeModuleConfig
{
    public required ProberKind Prober { get; init; }

    /// <summary>0 where the module does not say.</summary>
    public long TimeoutMs { get; init; }

    public HttpProbeConfig Http { get; init; } = new();

    /// <summary>Also of probes of Unix sockets.</summary>
    public TcpProbeConfig Tcp { get; init; } = new();

    public DnsProbeConfig Dns { get; init; } = new();

    public IcmpProbeConfig Icmp { get; init; } = new();

    public GrpcProbeConfig Grpc { get; init; } = new();
}

/// <summary>Which of a name's addresses is looked at. There is only one attempt, so that a failure means something.</summary>
public sealed record ProbeAddressConfig
{
    public bool PrefersIp4 { get; init; }

    /// <summary>Whether the other family will do where the preferred one has no address.</summary>
    public bool Fallback { get; init; } = true;

    /// <summary>The address to come from, null for the system's choice.</summary>
    public string? Source { get; init; }
}

/// <summary>The <c>icmp</c> section.</summary>
public sealed record IcmpProbeConfig
{
    public ProbeAddressConfig Address { get; init; } = new();

    public bool DontFragment { get; init; }

    /// <summary>In bytes, 0 for the text that is sent otherwise.</summary>
    public int PayloadSize { get; init; }

    public int Ttl { get; init; } = 64;
}

/// <summary>The <c>grpc</c> section.</summary>
public sealed record GrpcProbeConfig
{
    public ProbeAddressConfig Address { get; init; } = new();

    public string Service { get; init; } = "";

    public IReadOnlyDictionary<string, IReadOnlyList<string>> Metadata { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    public bool Tls { get; init; }

    public TlsConfig TlsConfig { get; init; } = new();
}

/// <summary>The <c>tcp</c> section, and <c>unix</c>.</summary>
public sealed record TcpProbeConfig
{
    public ProbeAddressConfig Address { get; init; } = new();

    public IReadOnlyList<QueryResponseConfig> QueryResponse { get; init; } = [];

    public bool Tls { get; init; }

    public TlsConfig TlsConfig { get; init; } = new();

    /// <summary>Least seconds that certificates must still be good for, a limit of Touchline's own; null is none.</summary>
    public long? MinCertificateSeconds { get; init; }
}

/// <summary>One step of a conversation: what must come first, what is sent then, and whether TLS begins behind it.</summary>
public sealed record QueryResponseConfig
{
    public SearchRegex? Expect { get; init; }

    public byte[]? ExpectBytes { get; init; }

    /// <summary>A line, with groups of <see cref="Expect"/> in it; bytes are sent as they are.</summary>
    public string Send { get; init; } = "";

    public byte[]? SendBytes { get; init; }

    public bool StartTls { get; init; }

    /// <summary>Labels of probe_expect_info, by name, with groups of <see cref="Expect"/> in their values.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Labels { get; init; } = [];
}

/// <summary>The <c>dns</c> section.</summary>
public sealed record DnsProbeConfig
{
    public ProbeAddressConfig Address { get; init; } = new();

    public string QueryName { get; init; } = "";

    /// <summary>A record type's name, which <see cref="DnsNames"/> knows.</summary>
    public string QueryType { get; init; } = "ANY";

    public string QueryClass { get; init; } = "IN";

    public bool RecursionDesired { get; init; } = true;

    public bool OverTcp { get; init; }

    public bool OverTls { get; init; }

    public TlsConfig TlsConfig { get; init; } = new();

    public IReadOnlyList<string> ValidRcodes { get; init; } = [];

    public DnsRecordRules Answer { get; init; } = new();

    public DnsRecordRules Authority { get; init; } = new();

    public DnsRecordRules Additional { get; init; } = new();
}

/// <summary>What the records of one part of an answer must and must not be, as text in the form of zone files.</summary>
public sealed record DnsRecordRules
{
    public IReadOnlyList<SearchRegex> FailIfMatches { get; init; } = [];

    public IReadOnlyList<SearchRegex> FailIfAllMatch { get; init; } = [];

    public IReadOnlyList<SearchRegex> FailIfNotMatches { get; init; } = [];

    public IReadOnlyList<SearchRegex> FailIfNoneMatches { get; init; } = [];
}

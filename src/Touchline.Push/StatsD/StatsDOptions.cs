namespace Touchline.Push.StatsD;

/// <summary>Where lines of StatsD are taken, and how many series they may make.</summary>
public sealed record StatsDOptions
{
    /// <summary>HOST:PORT, empty to take none.</summary>
    public string UdpAddress { get; init; } = "";

    /// <summary>HOST:PORT, empty to take none.</summary>
    public string TcpAddress { get; init; } = "";

    /// <summary>Path of a datagram socket, empty to take none.</summary>
    public string UnixgramPath { get; init; } = "";

    /// <summary>Who may write to that socket.</summary>
    public UnixFileMode UnixgramMode { get; init; } = (UnixFileMode)0b111_101_101;

    /// <summary>What the system keeps of datagrams while nobody reads, in bytes.</summary>
    public int ReadBufferBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>HOST:PORT of those who get every line too, over UDP.</summary>
    public IReadOnlyList<string> RelayAddresses { get; init; } = [];

    /// <summary>Most bytes of a datagram to them.</summary>
    public int RelayPacketBytes { get; init; } = 1400;

    /// <summary>Which tags are taken out of lines; others stay what they are.</summary>
    public StatsDTagStyles TagStyles { get; init; } = StatsDTagStyles.All;

    /// <summary>File with mappings as statsd_exporter has them, empty for none.</summary>
    public string MappingFile { get; init; } = "";

    /// <summary>Most series at once, a summary or histogram counted as all that it is stored as.</summary>
    public int MaxSeries { get; init; } = 50_000;

    /// <summary>Most characters of names and labels of all series together, as a datagram has room for one huge label.</summary>
    public int MaxTextCharacters { get; init; } = 32 * 1024 * 1024;

    /// <summary>How long a series is shown that nobody sends any more; zero for ever. A mapping may say otherwise.</summary>
    public TimeSpan Ttl { get; init; }

    public bool IsOn => UdpAddress.Length + TcpAddress.Length + UnixgramPath.Length > 0;
}

namespace Touchline.Push.StatsD;

/// <summary>What came by StatsD, counted since the start. Thread-safe.</summary>
public sealed class StatsDFigures
{
    private readonly long[] _errors = new long[Enum.GetValues<StatsDError>().Length];
    private readonly long[] _events = new long[Enum.GetValues<StatsDType>().Length];
    private readonly long[] _conflicts = new long[Enum.GetValues<StatsDType>().Length];
    private long _lines;
    private long _samples;
    private long _tagged;
    private long _tagErrors;
    private long _unmapped;
    private long _negativeCounters;
    private long _dropped;
    private long _seriesRefused;
    private long _membersRefused;
    private long _udpPackets;
    private long _unixgramPackets;
    private long _tcpConnections;
    private long _tcpErrors;
    private long _tcpTooLong;
    private long _tcpRefused;
    private long _mappingLoads;
    private long _mappingFailures;

    public long Lines => Interlocked.Read(ref _lines);

    public long Samples => Interlocked.Read(ref _samples);

    /// <summary>Samples with labels.</summary>
    public long Tagged => Interlocked.Read(ref _tagged);

    public long TagErrors => Interlocked.Read(ref _tagErrors);

    /// <summary>Events that no mapping matched.</summary>
    public long Unmapped => Interlocked.Read(ref _unmapped);

    public long NegativeCounters => Interlocked.Read(ref _negativeCounters);

    /// <summary>Events that a mapping drops.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Events whose series would have been one too many.</summary>
    public long SeriesRefused => Interlocked.Read(ref _seriesRefused);

    /// <summary>Members that a set was too full for.</summary>
    public long MembersRefused => Interlocked.Read(ref _membersRefused);

    public long UdpPackets => Interlocked.Read(ref _udpPackets);

    public long UnixgramPackets => Interlocked.Read(ref _unixgramPackets);

    public long TcpConnections => Interlocked.Read(ref _tcpConnections);

    public long TcpErrors => Interlocked.Read(ref _tcpErrors);

    public long TcpTooLong => Interlocked.Read(ref _tcpTooLong);

    /// <summary>Connections beyond the most there may be.</summary>
    public long TcpRefused => Interlocked.Read(ref _tcpRefused);

    /// <summary>How often mappings were loaded, that of the start not counted.</summary>
    public long MappingReloads => Math.Max(0, Interlocked.Read(ref _mappingLoads) - 1);

    /// <summary>How often a file of mappings had mistakes.</summary>
    public long MappingFailures => Interlocked.Read(ref _mappingFailures);

    public long Errors(StatsDError error) => Interlocked.Read(ref _errors[(int)error]);

    public long Events(StatsDType type) => Interlocked.Read(ref _events[(int)type]);

    /// <summary>Events of a type whose metric is of another one.</summary>
    public long Conflicts(StatsDType type) => Interlocked.Read(ref _conflicts[(int)type]);

    internal void CountMappingLoad(bool isGood) => Interlocked.Increment(ref isGood ? ref _mappingLoads : ref _mappingFailures);

    internal void CountLine() => Interlocked.Increment(ref _lines);

    internal void CountSample() => Interlocked.Increment(ref _samples);

    internal void CountTagged() => Interlocked.Increment(ref _tagged);

    internal void CountTagError() => Interlocked.Increment(ref _tagErrors);

    internal void CountError(StatsDError error) => Interlocked.Increment(ref _errors[(int)error]);

    internal void CountEvent(StatsDType type) => Interlocked.Increment(ref _events[(int)type]);

    internal void CountConflict(StatsDType type) => Interlocked.Increment(ref _conflicts[(int)type]);

    internal void CountUnmapped() => Interlocked.Increment(ref _unmapped);

    internal void CountNegativeCounter() => Interlocked.Increment(ref _negativeCounters);

    internal void CountDropped() => Interlocked.Increment(ref _dropped);

    internal void CountSeriesRefused() => Interlocked.Increment(ref _seriesRefused);

    internal void CountMemberRefused() => Interlocked.Increment(ref _membersRefused);

    internal void CountUdpPacket() => Interlocked.Increment(ref _udpPackets);

    internal void CountUnixgramPacket() => Interlocked.Increment(ref _unixgramPackets);

    internal void CountTcpConnection() => Interlocked.Increment(ref _tcpConnections);

    internal void CountTcpError() => Interlocked.Increment(ref _tcpErrors);

    internal void CountTcpTooLong() => Interlocked.Increment(ref _tcpTooLong);

    internal void CountTcpRefused() => Interlocked.Increment(ref _tcpRefused);
}

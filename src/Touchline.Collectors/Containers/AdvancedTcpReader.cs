using System.Text;
using Touchline.Collectors.Containers.Cgroups;
using Touchline.Collectors.Host.Reading;

namespace Touchline.Collectors.Containers;

/// <summary>
/// Counters of TCP in a container's network: the lines Tcp of /proc/net/snmp and TcpExt of /proc/net/netstat, which have the names and
/// below them the figures. Those that cAdvisor tells are told, where the kernel has them. Not thread-safe.
/// </summary>
internal sealed class AdvancedTcpReader(string procPath)
{
    private static readonly Dictionary<string, string[]> Labels = Names().ToDictionary(name => name, name => new[] { "tcp_state", name.ToLowerInvariant() });

    private readonly FileReader _reader = new();

    /// <exception cref="FormatException">A figure is none.</exception>
    public void Read(Cgroup group, string process)
    {
        Read(group, $"{procPath}/{process}/net/snmp", "Tcp: "u8);
        Read(group, $"{procPath}/{process}/net/netstat", "TcpExt: "u8);
    }

    private void Read(Cgroup group, string path, ReadOnlySpan<byte> prefix)
    {
        if (!_reader.TryRead(path, out var text))
        {
            return;
        }
        var lines = new ByteText(text);
        while (lines.TryLine(out var names))
        {
            if (names.StartsWith(prefix) && lines.TryLine(out var figures) && figures.StartsWith(prefix))
            {
                Add(group, new ByteText(names[prefix.Length..]), new ByteText(figures[prefix.Length..]));
            }
        }
    }

    private static void Add(Cgroup group, ByteText names, ByteText figures)
    {
        Span<char> name = stackalloc char[64];
        var labels = Labels.GetAlternateLookup<ReadOnlySpan<char>>();
        while (names.TryField(out var field) && figures.TryField(out var figure))
        {
            if (field.Length <= name.Length && labels.TryGetValue(name[..Encoding.ASCII.GetChars(field, name)], out var known))
            {
                group.Add(LabelledMetric.NetworkAdvancedTcp, known, ByteText.Number(figure));
            }
        }
    }

    private static string[] Names() =>
    [
        "RtoAlgorithm", "RtoMin", "RtoMax", "MaxConn", "ActiveOpens", "PassiveOpens", "AttemptFails", "EstabResets", "CurrEstab", "InSegs",
        "OutSegs", "RetransSegs", "InErrs", "OutRsts", "InCsumErrors", "EmbryonicRsts", "SyncookiesSent", "SyncookiesRecv", "SyncookiesFailed",
        "PruneCalled", "RcvPruned", "OfoPruned", "OutOfWindowIcmps", "LockDroppedIcmps", "TW", "TWRecycled", "TWKilled", "TCPTimeWaitOverflow",
        "TCPTimeouts", "TCPSpuriousRTOs", "TCPLossProbes", "TCPLossProbeRecovery", "TCPRenoRecoveryFail", "TCPSackRecoveryFail",
        "TCPRenoFailures", "TCPSackFailures", "TCPLossFailures", "DelayedACKs", "DelayedACKLocked", "DelayedACKLost", "ListenOverflows",
        "ListenDrops", "TCPHPHits", "TCPPureAcks", "TCPHPAcks", "TCPRenoRecovery", "TCPSackRecovery", "TCPSACKReneging", "TCPFACKReorder",
        "TCPSACKReorder", "TCPRenoReorder", "TCPTSReorder", "TCPFullUndo", "TCPPartialUndo", "TCPDSACKUndo", "TCPLossUndo", "TCPFastRetrans",
        "TCPSlowStartRetrans", "TCPLostRetransmit", "TCPRetransFail", "TCPRcvCollapsed", "TCPDSACKOldSent", "TCPDSACKOfoSent", "TCPDSACKRecv",
        "TCPDSACKOfoRecv", "TCPAbortOnData", "TCPAbortOnClose", "TCPAbortOnMemory", "TCPAbortOnTimeout", "TCPAbortOnLinger", "TCPAbortFailed",
        "TCPMemoryPressures", "TCPMemoryPressuresChrono", "TCPSACKDiscard", "TCPDSACKIgnoredOld", "TCPDSACKIgnoredNoUndo", "TCPMD5NotFound",
        "TCPMD5Unexpected", "TCPMD5Failure", "TCPSackShifted", "TCPSackMerged", "TCPSackShiftFallback", "TCPBacklogDrop", "PFMemallocDrop",
        "TCPMinTTLDrop", "TCPDeferAcceptDrop", "IPReversePathFilter", "TCPReqQFullDoCookies", "TCPReqQFullDrop", "TCPFastOpenActive",
        "TCPFastOpenActiveFail", "TCPFastOpenPassive", "TCPFastOpenPassiveFail", "TCPFastOpenListenOverflow", "TCPFastOpenCookieReqd",
        "TCPSynRetrans", "TCPOrigDataSent", "PAWSActive", "PAWSEstab",
    ];
}

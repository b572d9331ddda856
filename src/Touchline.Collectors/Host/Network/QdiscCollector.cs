using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Touchline.Collectors.Host.Settings;

namespace Touchline.Collectors.Host.Network;

/// <summary>Queues that packets wait in before they are sent, the one at the root of each interface, asked for over rtnetlink(7).</summary>
internal sealed partial class QdiscCollector(HostOptions options) : NodeCollector("qdisc")
{
    internal static readonly NodeFlag Include = new("collector.qdisc.device-include", NodeFlagKind.Pattern, "", "Network interfaces that are watched, no others.")
    {
        FormerName = "collector.qdisk.device-include",
    };

    internal static readonly NodeFlag Exclude = new("collector.qdisc.device-exclude", NodeFlagKind.Pattern, "", "Network interfaces that are not watched.")
    {
        Rival = Include,
        FormerName = "collector.qdisk.device-exclude",
    };

    // Of linux/rtnetlink.h and linux/gen_stats.h.
    private const ushort GetQueues = 38;
    private const int MessageBytes = 20;
    private const int MaxNameBytes = 16;
    private const uint RootParent = 0xFFFFFFFF;
    private const int KindAttribute = 1;
    private const int StatisticsAttribute = 3;
    private const int NestedStatisticsAttribute = 7;
    private const int QueueAttribute = 3;

    private readonly Netlink _netlink = new(Netlink.Route);
    private readonly NameFilter _devices = NameFilter.Of(options, Exclude, Include);

    public override void Collect(IMetricWriter writer)
    {
        var table = new FamilyTable();
        _netlink.Dump(GetQueues, new byte[MessageBytes], message =>
        {
            var isRoot = message.Length > MessageBytes && Number(message, 12) is 0 or RootParent;
            if (isRoot && DeviceName(Number(message, 4)) is { } device && _devices.Allows(device))
            {
                Write(table, device, message[MessageBytes..]);
            }
        });
        table.WriteTo(writer);
    }

    private static void Write(FamilyTable table, string device, ReadOnlySpan<byte> attributes)
    {
        var kind = NetlinkAttributes.Find(attributes, KindAttribute);
        string[] labels = ["device", device, "kind", Encoding.UTF8.GetString(kind).TrimEnd('\0')];
        // Bytes in 64 bits; packets, dropped, over limits, a rate of bytes and of packets, length and backlog in 32.
        var statistics = NetlinkAttributes.Find(attributes, StatisticsAttribute);
        if (statistics.Length < 36)
        {
            return;
        }
        table.Counter("node_qdisc_bytes_total", "Number of bytes sent.", BinaryPrimitives.ReadUInt64LittleEndian(statistics), labels);
        table.Counter("node_qdisc_packets_total", "Number of packets sent.", Number(statistics, 8), labels);
        table.Counter("node_qdisc_drops_total", "Number of packets dropped.", Number(statistics, 12), labels);
        table.Counter("node_qdisc_overlimits_total", "Number of overlimit packets.", Number(statistics, 16), labels);
        table.Gauge("node_qdisc_current_queue_length", "Number of packets currently in queue to be sent.", Number(statistics, 28), labels);
        table.Gauge("node_qdisc_backlog", "Number of bytes currently in queue to be sent.", Number(statistics, 32), labels);
        // Length, backlog, dropped, requeued and over limits once more.
        var queue = NetlinkAttributes.Find(NetlinkAttributes.Find(attributes, NestedStatisticsAttribute), QueueAttribute);
        table.Counter(
            "node_qdisc_requeues_total", "Number of packets dequeued, not transmitted, and requeued.", queue.Length < 16 ? 0 : Number(queue, 12), labels);
    }

    /// <summary>The name of an interface by its number; null where it is gone. Of the kernel, as the queues are, not of /sys.</summary>
    private static string? DeviceName(uint index)
    {
        var name = new byte[MaxNameBytes];
        return NameOf(index, name) == 0 ? null : Encoding.UTF8.GetString(name).TrimEnd('\0');
    }

    [LibraryImport("libc", EntryPoint = "if_indextoname", SetLastError = true)]
    private static partial nint NameOf(uint index, [Out] byte[] name);

    private static uint Number(ReadOnlySpan<byte> from, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(from[offset..]);
}

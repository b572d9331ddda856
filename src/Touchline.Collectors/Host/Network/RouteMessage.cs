using System.Buffers.Binary;
using System.Globalization;
using System.Net;

namespace Touchline.Collectors.Host.Network;

/// <summary>A way out of this host: a route, or one of the ways that a route has.</summary>
internal sealed record RouteHop(int Interface, string Source, string Destination, string Gateway, uint Priority, string Protocol, string Weight);

/// <summary>Reads a route as rtnetlink(7) sends it: <c>struct rtmsg</c>, then attributes.</summary>
internal static class RouteMessage
{
    private const int RouteBytes = 12;
    private const int HopBytes = 8;
    private const byte Unicast = 1;

    private const int Destination = 1;
    private const int OutInterface = 4;
    private const int Gateway = 5;
    private const int Priority = 6;
    private const int PreferredSource = 7;
    private const int Multipath = 9;

    /// <summary>Hands on each way of a route that leads anywhere; local and broadcast ones do not.</summary>
    public static void Read(ReadOnlySpan<byte> message, Action<RouteHop> take)
    {
        if (message.Length < RouteBytes || message[7] != Unicast)
        {
            return;
        }
        var prefix = message[1];
        var hop = new RouteHop(0, "", "", "", 0, ProtocolName(message[5]), "");
        ReadOnlySpan<byte> hops = default;
        var attributes = new NetlinkAttributes(message[RouteBytes..]);
        while (attributes.TryNext())
        {
            var value = attributes.Value;
            switch (attributes.Type)
            {
                case Destination:
                    hop = hop with { Destination = Address(value) + "/" + prefix.ToString(CultureInfo.InvariantCulture) };
                    break;
                case OutInterface:
                    hop = hop with { Interface = (int)NetlinkAttributes.Number(value) };
                    break;
                case Gateway:
                    hop = hop with { Gateway = Address(value) };
                    break;
                case Priority:
                    hop = hop with { Priority = (uint)NetlinkAttributes.Number(value) };
                    break;
                case PreferredSource:
                    hop = hop with { Source = Address(value) };
                    break;
                case Multipath:
                    hops = value;
                    break;
                default:
                    break;
            }
        }
        if (prefix == 0)
        {
            hop = hop with { Destination = "default" };
        }
        if (hops.IsEmpty)
        {
            take(hop);
            return;
        }
        ReadHops(hops, hop, take);
    }

    /// <summary><c>struct rtnexthop</c>, each with its own attributes.</summary>
    private static void ReadHops(ReadOnlySpan<byte> hops, RouteHop route, Action<RouteHop> take)
    {
        while (hops.Length >= HopBytes && BinaryPrimitives.ReadUInt16LittleEndian(hops) is var length and >= HopBytes && length <= hops.Length)
        {
            take(route with
            {
                Interface = BinaryPrimitives.ReadInt32LittleEndian(hops[4..]),
                Gateway = Address(NetlinkAttributes.Find(hops[HopBytes..length], Gateway)),
                Weight = (hops[3] + 1).ToString(CultureInfo.InvariantCulture),
            });
            hops = hops[Math.Min(hops.Length, (length + 3) & ~3)..];
        }
    }

    private static string Address(ReadOnlySpan<byte> bytes) => bytes.Length is 4 or 16 ? new IPAddress(bytes).ToString() : "";

    /// <summary>Who made a route; from linux/rtnetlink.h.</summary>
    private static string ProtocolName(byte protocol) => protocol switch
    {
        0 => "unspec",
        1 => "redirect",
        2 => "kernel",
        3 => "boot",
        4 => "static",
        8 => "gated",
        9 => "ra",
        10 => "mrt",
        11 => "zebra",
        12 => "bird",
        13 => "dnrouted",
        14 => "xorp",
        15 => "ntk",
        16 => "dhcp",
        17 => "mrouted",
        42 => "babel",
        186 => "bgp",
        187 => "isis",
        188 => "ospf",
        189 => "rip",
        192 => "eigrp",
        _ => "unknown",
    };
}

using System.Text;

namespace Touchline.Collectors.Host.Network;

/// <summary>The wireless network that an interface is in.</summary>
/// <param name="Address">Of its access point.</param>
/// <param name="Name">As its access point says it.</param>
/// <param name="Mode">How the interface is in it.</param>
internal sealed record WifiNetwork(string Address, string Name, string Mode)
{
    // Of linux/nl80211.h.
    private const int NetworkAttribute = 47;
    private const int AddressAttribute = 1;
    private const int ElementsAttribute = 6;
    private const int StatusAttribute = 9;

    // IEEE 802.11, 9.4.2: each element says its kind and its length in a byte each.
    private const int ElementHeaderBytes = 2;
    private const int NameElement = 0;

    /// <summary>Null where the message is of a network that was only heard.</summary>
    public static WifiNetwork? Read(ReadOnlySpan<byte> message)
    {
        var network = NetlinkAttributes.Find(message, NetworkAttribute);
        var status = NetlinkAttributes.Find(network, StatusAttribute);
        return status.IsEmpty ? null : new WifiNetwork(
            HardwareAddress.Text(NetlinkAttributes.Find(network, AddressAttribute)),
            Text(Element(NetlinkAttributes.Find(network, ElementsAttribute), NameElement)),
            NetlinkAttributes.Number(status) switch
            {
                0 or 1 => "client",
                2 => "ad-hoc",
                _ => "unknown",
            });
    }

    private static ReadOnlySpan<byte> Element(ReadOnlySpan<byte> elements, int kind)
    {
        while (elements.Length >= ElementHeaderBytes && elements.Length >= ElementHeaderBytes + elements[1])
        {
            var content = elements.Slice(ElementHeaderBytes, elements[1]);
            if (elements[0] == kind)
            {
                return content;
            }
            elements = elements[(ElementHeaderBytes + content.Length)..];
        }
        return default;
    }

    /// <summary>Names may be any bytes; each that is no UTF-8 becomes a sign of its own, as in node_exporter.</summary>
    private static string Text(ReadOnlySpan<byte> name)
    {
        var text = new StringBuilder();
        while (!name.IsEmpty)
        {
            var isRune = Rune.DecodeFromUtf8(name, out var rune, out var length) == System.Buffers.OperationStatus.Done;
            text.Append(rune);
            name = name[(isRune ? length : 1)..];
        }
        return text.ToString();
    }
}

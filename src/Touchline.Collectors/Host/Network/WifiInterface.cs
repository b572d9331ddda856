using System.Text;

namespace Touchline.Collectors.Host.Network;

/// <summary>A wireless interface, as nl80211 tells of it.</summary>
/// <param name="Index">The kernel's number of it.</param>
/// <param name="Name">Empty where there is only a device that others are made on.</param>
/// <param name="Megahertz">What it works at now; 0 where at nothing.</param>
internal sealed record WifiInterface(uint Index, string Name, ulong Megahertz)
{
    // Of linux/nl80211.h.
    public const int IndexAttribute = 3;
    private const int NameAttribute = 4;
    private const int FrequencyAttribute = 38;

    public static WifiInterface Read(ReadOnlySpan<byte> message) => new(
        (uint)NetlinkAttributes.Number(NetlinkAttributes.Find(message, IndexAttribute)),
        Encoding.UTF8.GetString(NetlinkAttributes.Find(message, NameAttribute)).TrimEnd('\0'),
        NetlinkAttributes.Number(NetlinkAttributes.Find(message, FrequencyAttribute)));
}

using System.Globalization;

namespace Touchline.Collectors.Host.Hardware;

/// <summary>Where a PCI device sits: <c>0000:04:00.1</c> is segment 0000, bus 04, device 00, function 1.</summary>
internal sealed record PciAddress(string Segment, string Bus, string Device, string Function)
{
    /// <summary>What stands for the address of a device that hangs on no other.</summary>
    public static PciAddress None { get; } = new("*", "*", "*", "*");

    /// <exception cref="FormatException">It is no address.</exception>
    public static PciAddress Parse(string text)
    {
        if (text.Split(':', '.') is [var segment, var bus, var device, var function])
        {
            return new PciAddress(Hexadecimal(segment, 4, text), Hexadecimal(bus, 2, text), Hexadecimal(device, 2, text), Hexadecimal(function, 1, text));
        }
        throw new FormatException($"an address of a PCI device such as 0000:04:00.1 was expected, not '{text}'");
    }

    private static string Hexadecimal(string text, int digits, string address) =>
        int.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            ? value.ToString($"x{digits}", CultureInfo.InvariantCulture)
            : throw new FormatException($"a hexadecimal number was expected, not '{text}' in '{address}'");
}

using System.Text;

namespace Touchline.Collectors.Tests.Containers;

/// <summary>Writes fields of protobuf messages, one after the other.</summary>
internal static class WireMessages
{
    public static byte[] Label(uint field, string name, string value) => Text(field, [.. Text(1, name), .. Text(2, value)]);

    public static byte[] Text(uint field, string text) => Text(field, Encoding.UTF8.GetBytes(text));

    public static byte[] Text(uint field, byte[] bytes) => [.. Varint((field << 3) | 2), .. Varint((ulong)bytes.Length), .. bytes];

    public static byte[] Number(uint field, ulong number) => [.. Varint(field << 3), .. Varint(number)];

    private static byte[] Varint(ulong number)
    {
        var bytes = new List<byte>();
        for (; number >= 0x80; number >>= 7)
        {
            bytes.Add((byte)(number | 0x80));
        }
        bytes.Add((byte)number);
        return [.. bytes];
    }
}

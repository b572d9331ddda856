using System.Text;

namespace Touchline.Benchmarks.Streams;

/// <summary>Labels as the repeated field 1 of a TimeSeries message: each a message of name (1) and value (2).</summary>
internal static class LabelEncoding
{
    public static byte[] Encode(IEnumerable<(string Name, string Value)> labels)
    {
        var to = new List<byte>(160);
        foreach (var (name, value) in labels.OrderBy(label => label.Name, StringComparer.Ordinal))
        {
            var (nameBytes, valueBytes) = (Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(value));
            var inner = new List<byte>(nameBytes.Length + valueBytes.Length + 6);
            Field(inner, 0x0a, nameBytes);
            Field(inner, 0x12, valueBytes);
            Field(to, 0x0a, inner);
        }
        return [.. to];
    }

    private static void Field(List<byte> to, byte tag, IReadOnlyCollection<byte> bytes)
    {
        to.Add(tag);
        for (var length = (uint)bytes.Count; ; length >>= 7)
        {
            if (length < 0x80)
            {
                to.Add((byte)length);
                break;
            }
            to.Add((byte)(length | 0x80));
        }
        to.AddRange(bytes);
    }
}

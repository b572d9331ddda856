using System.Buffers.Binary;
using System.Text;

namespace Touchline.EndToEnd.Running;

/// <summary>A body of remote write 1.0, one sample a series. Snappy's format allows bytes that are not compressed, and these are not.</summary>
internal sealed class RemoteWriteBody
{
    private const int LongestLiteral = 60 * 1024;

    private readonly MemoryStream _request = new();

    /// <param name="labels">Names and values in turn, sorted by name.</param>
    /// <param name="timeMs">Since the Unix epoch.</param>
    /// <param name="value">Of the sample.</param>
    public void Add(ReadOnlySpan<string> labels, long timeMs, double value)
    {
        var series = new MemoryStream();
        for (var i = 0; i < labels.Length; i += 2)
        {
            var label = new MemoryStream();
            Field(label, 1, Encoding.UTF8.GetBytes(labels[i]));
            Field(label, 2, Encoding.UTF8.GetBytes(labels[i + 1]));
            Field(series, 1, label.ToArray());
        }
        var sample = new MemoryStream();
        Span<byte> bits = stackalloc byte[8];
        BinaryPrimitives.WriteDoubleLittleEndian(bits, value);
        sample.WriteByte(1 << 3 | 1);
        sample.Write(bits);
        sample.WriteByte(2 << 3);
        Varint(sample, (ulong)timeMs);
        Field(series, 2, sample.ToArray());
        Field(_request, 1, series.ToArray());
    }

    public async Task<HttpResponseMessage> SendAsync(HttpClient http)
    {
        using var content = new ByteArrayContent(Packed());
        content.Headers.ContentType = new("application/x-protobuf");
        content.Headers.ContentEncoding.Add("snappy");
        return await http.PostAsync("/api/v1/write", content);
    }

    private byte[] Packed()
    {
        var plain = _request.ToArray();
        var packed = new MemoryStream();
        Varint(packed, (ulong)plain.Length);
        foreach (var literal in plain.Chunk(LongestLiteral))
        {
            // A literal whose length less one is in the two bytes behind.
            packed.WriteByte(61 << 2);
            packed.WriteByte((byte)(literal.Length - 1));
            packed.WriteByte((byte)((literal.Length - 1) >> 8));
            packed.Write(literal);
        }
        return packed.ToArray();
    }

    private static void Field(MemoryStream to, int number, byte[] bytes)
    {
        to.WriteByte((byte)(number << 3 | 2));
        Varint(to, (ulong)bytes.Length);
        to.Write(bytes);
    }

    private static void Varint(MemoryStream to, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            to.WriteByte((byte)(value | 0x80));
        }
        to.WriteByte((byte)value);
    }
}

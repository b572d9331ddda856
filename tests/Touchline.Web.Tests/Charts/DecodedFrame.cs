using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Touchline.Web.Tests.Charts;

/// <summary>Reads a frame as docs/formats/chart-data.md describes it, without the code that wrote it.</summary>
internal sealed record DecodedFrame(JsonElement Header, double[][] Columns)
{
    public static DecodedFrame Read(byte[] frame)
    {
        Assert.Equal("TLC1"u8.ToArray(), frame[..4]);
        var headerLength = BinaryPrimitives.ReadInt32LittleEndian(frame.AsSpan(4));
        Assert.Equal(0, headerLength % 8);
        var header = JsonDocument.Parse(frame.AsMemory(8, headerLength)).RootElement;
        var points = header.GetProperty("points").GetInt32();
        var count = header.GetProperty("series").GetArrayLength();
        Assert.Equal(8 + headerLength + count * points * 8, frame.Length);
        return new DecodedFrame(
            header,
            [.. Enumerable.Range(0, count).Select(i => MemoryMarshal.Cast<byte, double>(frame.AsSpan(8 + headerLength + i * points * 8, points * 8)).ToArray())]);
    }
}

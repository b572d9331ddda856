using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Touchline.Web.Tests.Charts;

/// <summary>Reads a frame as docs/formats/chart-data.md describes it, without the code that wrote it.</summary>
internal sealed record DecodedFrame(JsonElement Header, double[][] Columns, double[][] Heat)
{
    public static DecodedFrame Read(byte[] frame)
    {
        Assert.Equal("TLC2"u8.ToArray(), frame[..4]);
        var headerLength = BinaryPrimitives.ReadInt32LittleEndian(frame.AsSpan(4));
        Assert.Equal(0, headerLength % 8);
        var header = JsonDocument.Parse(frame.AsMemory(8, headerLength)).RootElement;
        var points = header.GetProperty("points").GetInt32();
        var count = header.GetProperty("series").GetArrayLength();
        var heat = header.TryGetProperty("heat", out var map) ? 2 + map.GetProperty("rows").GetArrayLength() : 0;
        Assert.Equal(8 + headerLength + (count + heat) * points * 8, frame.Length);
        double[] Column(int i) => MemoryMarshal.Cast<byte, double>(frame.AsSpan(8 + headerLength + i * points * 8, points * 8)).ToArray();
        return new DecodedFrame(
            header,
            [.. Enumerable.Range(0, count).Select(Column)],
            [.. Enumerable.Range(count, heat).Select(Column)]);
    }
}

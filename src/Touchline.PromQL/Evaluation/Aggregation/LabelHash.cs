using System.Buffers;
using System.IO.Hashing;
using System.Text;
using Touchline.Model;

namespace Touchline.PromQL.Evaluation.Aggregation;

/// <summary>
/// Where a series lies in [0, 1), for <c>limit_ratio</c>: xxHash64 of its labels over 2^64. The labels are hashed as Prometheus lays them out
/// (each name and value after its length), so that both choose the same series.
/// </summary>
internal static class LabelHash
{
    public static double[] Offsets(List<SeriesColumn> series, QueryDeadline deadline)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        var offsets = new double[series.Count];
        for (var i = 0; i < offsets.Length; i++)
        {
            deadline.ThrowIfOver();
            buffer.ResetWrittenCount();
            foreach (var label in DroppedNames.Restore(series[i].Labels))
            {
                Write(buffer, label.Name);
                Write(buffer, label.Value);
            }
            offsets[i] = XxHash64.HashToUInt64(buffer.WrittenSpan) / (double)ulong.MaxValue;
        }
        return offsets;
    }

    private static void Write(ArrayBufferWriter<byte> buffer, string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        var span = buffer.GetSpan(length + 4);
        var header = 1;
        if (length < 255)
        {
            span[0] = (byte)length;
        }
        else
        {
            // Longer than a byte can say: 255, then three bytes, lowest first.
            (span[0], span[1], span[2], span[3]) = (255, (byte)length, (byte)(length >> 8), (byte)(length >> 16));
            header = 4;
        }
        Encoding.UTF8.GetBytes(text, span[header..]);
        buffer.Advance(header + length);
    }
}

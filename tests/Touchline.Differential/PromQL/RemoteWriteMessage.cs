using System.Text;
using Snappier;
using Touchline.Model;

namespace Touchline.Differential.PromQL;

/// <summary>A write request in the format of remote write 1.0 or 2.0: protobuf, then Snappy's block format.</summary>
internal sealed class RemoteWriteMessage(int version = 1)
{
    private readonly MemoryStream _request = new();

    /// <summary>Version 2.0 names labels by their place in a table, whose first entry is empty.</summary>
    private readonly Dictionary<string, int> _symbols = new() { [""] = 0 };

    /// <summary>What the body is announced as.</summary>
    public string ContentType => version == 1 ? "application/x-protobuf" : "application/x-protobuf;proto=io.prometheus.write.v2.Request";

    public void AddSeries(Labels labels, IEnumerable<(long TimestampMs, double Value, NativeHistogram? Histogram)> samples)
    {
        var series = new MemoryStream();
        var references = new MemoryStream();
        foreach (var label in labels)
        {
            if (version == 2)
            {
                WriteRaw(references, SymbolOf(label.Name));
                WriteRaw(references, SymbolOf(label.Value));
                continue;
            }
            var pair = new MemoryStream();
            WriteText(pair, 1, label.Name);
            WriteText(pair, 2, label.Value);
            WriteMessage(series, 1, pair);
        }
        if (version == 2)
        {
            WriteMessage(series, 1, references);
        }
        foreach (var (time, value, histogram) in samples)
        {
            var sample = new MemoryStream();
            if (histogram is null)
            {
                WriteDouble(sample, 1, value);
                WriteVarint(sample, 2, (ulong)time);
                WriteMessage(series, 2, sample);
            }
            else
            {
                WriteHistogram(sample, histogram, time);
                WriteMessage(series, version == 1 ? 4 : 3, sample);
            }
        }
        WriteMessage(_request, version == 1 ? 1 : 5, series);
    }

    public byte[] ToBody()
    {
        if (version == 1)
        {
            return Snappy.CompressToArray(_request.ToArray());
        }
        var request = new MemoryStream();
        foreach (var symbol in _symbols.Keys)
        {
            WriteText(request, 4, symbol);
        }
        request.Write(_request.ToArray());
        return Snappy.CompressToArray(request.ToArray());
    }

    private ulong SymbolOf(string text)
    {
        if (!_symbols.TryGetValue(text, out var index))
        {
            index = _symbols.Count;
            _symbols.Add(text, index);
        }
        return (ulong)index;
    }

    private static void WriteHistogram(MemoryStream to, NativeHistogram h, long time)
    {
        if (h.IsFloat)
        {
            WriteDouble(to, 2, h.Count);
        }
        else
        {
            WriteVarint(to, 1, (ulong)h.Count);
        }
        WriteDouble(to, 3, h.Sum);
        WriteVarint(to, 4, ZigZag(h.Schema));
        WriteDouble(to, 5, h.ZeroThreshold);
        if (h.IsFloat)
        {
            WriteDouble(to, 7, h.ZeroCount);
        }
        else
        {
            WriteVarint(to, 6, (ulong)h.ZeroCount);
        }
        WriteSpans(to, 8, h.NegativeSpans);
        WriteBuckets(to, 9, 10, h.NegativeBuckets, h.IsFloat);
        WriteSpans(to, 11, h.PositiveSpans);
        WriteBuckets(to, 12, 13, h.PositiveBuckets, h.IsFloat);
        WriteVarint(to, 14, (ulong)h.CounterResetHint switch { 1 => 1UL, 2 => 2UL, 3 => 3UL, _ => 0UL });
        WriteVarint(to, 15, (ulong)time);
        WriteDoubles(to, 16, h.CustomBounds);
    }

    private static void WriteSpans(MemoryStream to, int field, BucketSpan[] spans)
    {
        foreach (var span in spans)
        {
            var message = new MemoryStream();
            WriteVarint(message, 1, ZigZag(span.Offset));
            WriteVarint(message, 2, span.Length);
            WriteMessage(to, field, message);
        }
    }

    /// <summary>Counts of integer histograms are sent as differences to their left neighbour.</summary>
    private static void WriteBuckets(MemoryStream to, int differencesField, int countsField, double[] counts, bool isFloat)
    {
        if (isFloat)
        {
            WriteDoubles(to, countsField, counts);
            return;
        }
        if (counts.Length == 0)
        {
            return;
        }
        var packed = new MemoryStream();
        var last = 0L;
        foreach (var count in counts)
        {
            var difference = (long)count - last;
            WriteRaw(packed, (ulong)((difference << 1) ^ (difference >> 63)));
            last = (long)count;
        }
        WriteMessage(to, differencesField, packed);
    }

    private static void WriteDoubles(MemoryStream to, int field, double[] values)
    {
        if (values.Length == 0)
        {
            return;
        }
        var packed = new MemoryStream();
        foreach (var value in values)
        {
            packed.Write(BitConverter.GetBytes(value));
        }
        WriteMessage(to, field, packed);
    }

    private static ulong ZigZag(int value) => (uint)((value << 1) ^ (value >> 31));

    private static void WriteText(MemoryStream to, int field, string text) => WriteMessage(to, field, new MemoryStream(Encoding.UTF8.GetBytes(text)));

    private static void WriteMessage(MemoryStream to, int field, MemoryStream content)
    {
        WriteRaw(to, ((ulong)field << 3) | 2);
        WriteRaw(to, (ulong)content.Length);
        content.Position = 0;
        content.CopyTo(to);
    }

    private static void WriteDouble(MemoryStream to, int field, double value)
    {
        WriteRaw(to, ((ulong)field << 3) | 1);
        to.Write(BitConverter.GetBytes(value));
    }

    private static void WriteVarint(MemoryStream to, int field, ulong value)
    {
        WriteRaw(to, (ulong)field << 3);
        WriteRaw(to, value);
    }

    private static void WriteRaw(MemoryStream to, ulong value)
    {
        while (value >= 0x80)
        {
            to.WriteByte((byte)(value | 0x80));
            value >>= 7;
        }
        to.WriteByte((byte)value);
    }
}

namespace Touchline.Model.Protobuf;

/// <summary>The parts of native histograms that remote write and the exposition format encode alike.</summary>
public static class BucketFields
{
    /// <summary>A span of buckets.</summary>
    public static BucketSpan ReadSpan(ReadOnlySpan<byte> message)
    {
        var offset = 0;
        uint length = 0;
        var reader = new WireReader(message);
        while (!reader.IsAtEnd)
        {
            var tag = reader.ReadTag();
            switch (tag)
            {
                case 1 << 3:
                    offset = (int)reader.ReadZigZag();
                    break;
                case 2 << 3:
                    length = (uint)Math.Min(uint.MaxValue, reader.ReadVarint());
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
        return new BucketSpan(offset, length);
    }

    /// <summary>Writes the spans of one side and, in the field after or the one after that, what they count.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="scratch">Cleared and used for the packed numbers.</param>
    /// <param name="field">The number of the field that the spans are in.</param>
    /// <param name="spans">The spans.</param>
    /// <param name="buckets">Absolute counts.</param>
    /// <param name="isFloat">Whether counts are written as they are, or as whole numbers and differences.</param>
    public static void WriteSide(WireWriter to, WireWriter scratch, int field, BucketSpan[] spans, double[] buckets, bool isFloat)
    {
        foreach (var span in spans)
        {
            scratch.Clear();
            scratch.ZigZagField(1, span.Offset);
            scratch.VarintField(2, span.Length);
            to.BytesField(field, scratch.Written);
        }
        if (buckets.Length == 0)
        {
            return;
        }
        if (isFloat)
        {
            WriteDoubles(to, scratch, field + 2, buckets);
            return;
        }
        scratch.Clear();
        long last = 0;
        foreach (var count in buckets)
        {
            scratch.WriteZigZag((long)count - last);
            last = (long)count;
        }
        to.BytesField(field + 1, scratch.Written);
    }

    /// <summary>Writes packed numbers.</summary>
    public static void WriteDoubles(WireWriter to, WireWriter scratch, int field, double[] values)
    {
        scratch.Clear();
        foreach (var value in values)
        {
            scratch.WriteDouble(value);
        }
        to.BytesField(field, scratch.Written);
    }

    /// <summary>Integer buckets come as the difference from the bucket before.</summary>
    public static void ReadDeltas(ref WireReader reader, uint tag, List<double> into)
    {
        var last = into.Count > 0 ? (long)into[^1] : 0;
        if ((WireType)(tag & 7) == WireType.Varint)
        {
            into.Add(last + reader.ReadZigZag());
            return;
        }
        var packed = new WireReader(reader.ReadBytes());
        while (!packed.IsAtEnd)
        {
            last += packed.ReadZigZag();
            into.Add(last);
        }
    }

    /// <summary>Numbers, packed or one by one.</summary>
    public static void ReadDoubles(ref WireReader reader, uint tag, List<double> into)
    {
        if ((WireType)(tag & 7) == WireType.Fixed64)
        {
            into.Add(reader.ReadDouble());
            return;
        }
        var packed = new WireReader(reader.ReadBytes());
        while (!packed.IsAtEnd)
        {
            into.Add(packed.ReadDouble());
        }
    }
}

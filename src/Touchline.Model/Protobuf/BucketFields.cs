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

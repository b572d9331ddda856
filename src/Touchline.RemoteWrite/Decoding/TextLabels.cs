using System.IO.Hashing;
using Touchline.Model.Protobuf;

namespace Touchline.RemoteWrite.Decoding;

/// <summary>Labels of version 1: consecutive fields 1 of a series or an exemplar, tags included.</summary>
internal readonly ref struct TextLabels(ReadOnlySpan<byte> fields, long seed) : IEncodedLabels
{
    public const uint Tag = (1 << 3) | 2;

    private readonly ReadOnlySpan<byte> _fields = fields;

    public UInt128 Hash() => XxHash128.HashToUInt128(_fields, seed);

    public void AddTo(LabelList labels)
    {
        var reader = new WireReader(_fields);
        while (!reader.IsAtEnd)
        {
            reader.ReadTag();
            AddOne(reader.ReadBytes(), labels);
        }
    }

    private static void AddOne(ReadOnlySpan<byte> message, LabelList labels)
    {
        ReadOnlySpan<byte> name = default;
        ReadOnlySpan<byte> value = default;
        var reader = new WireReader(message);
        while (!reader.IsAtEnd)
        {
            var tag = reader.ReadTag();
            switch (tag)
            {
                case (1 << 3) | 2:
                    name = reader.ReadBytes();
                    break;
                case (2 << 3) | 2:
                    value = reader.ReadBytes();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
        labels.Add(name, value);
    }
}

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
            LabelFields.Read(reader.ReadBytes(), out var name, out var value);
            labels.Add(name, value);
        }
    }
}

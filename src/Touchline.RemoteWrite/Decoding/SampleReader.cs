using Touchline.Model.Protobuf;

namespace Touchline.RemoteWrite.Decoding;

/// <summary>Samples, whose message is the same in both versions.</summary>
internal static class SampleReader
{
    public static void Read(ReadOnlySpan<byte> message, out long timestampMs, out double value)
    {
        timestampMs = 0;
        value = 0;
        var reader = new WireReader(message);
        while (!reader.IsAtEnd)
        {
            var tag = reader.ReadTag();
            switch (tag)
            {
                case (1 << 3) | 1:
                    value = reader.ReadDouble();
                    break;
                case 2 << 3:
                    timestampMs = (long)reader.ReadVarint();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }
}

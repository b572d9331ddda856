using Touchline.Model.Protobuf;

namespace Touchline.Scraping.Exposition;

/// <summary><c>google.protobuf.Timestamp</c>.</summary>
internal static class ProtobufTime
{
    /// <summary>Milliseconds since the Unix epoch.</summary>
    /// <exception cref="MalformedMessageException">The bytes are no such message.</exception>
    public static long Read(ReadOnlySpan<byte> message)
    {
        long seconds = 0;
        var nanoseconds = 0;
        var reader = new WireReader(message);
        while (!reader.IsAtEnd)
        {
            var tag = reader.ReadTag();
            switch (tag)
            {
                case 1 << 3:
                    seconds = (long)reader.ReadVarint();
                    break;
                case 2 << 3:
                    nanoseconds = (int)reader.ReadVarint();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
        const long Furthest = long.MaxValue / 2000;
        return (Math.Clamp(seconds, -Furthest, Furthest) * 1000) + (nanoseconds / 1_000_000);
    }
}

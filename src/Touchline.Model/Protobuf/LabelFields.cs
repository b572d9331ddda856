namespace Touchline.Model.Protobuf;

/// <summary>A label as the exposition and the first version of remote write have it: field 1 is the name, field 2 the value, both text.</summary>
public static class LabelFields
{
    /// <param name="message">The label's message, without its tag and length.</param>
    /// <param name="name">Empty where there is none.</param>
    /// <param name="value">Empty where there is none.</param>
    /// <exception cref="MalformedMessageException">The message ends too soon.</exception>
    public static void Read(ReadOnlySpan<byte> message, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        name = value = default;
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
    }
}

using System.Text;

namespace Touchline.Model.Protobuf;

/// <summary>
/// The fields of one protobuf message in a loop, for messages that are read where speed does not matter:
/// <c>foreach (var field in new WireFields(message))</c>. Moving on throws <see cref="MalformedMessageException"/> where the bytes are no message.
/// </summary>
public ref struct WireFields(ReadOnlySpan<byte> message)
{
    private WireReader _reader = new(message);

    public WireField Current { get; private set; }

    public readonly WireFields GetEnumerator() => this;

    /// <summary>The text of a field of a message; empty where it has none, the last where there are several.</summary>
    /// <exception cref="MalformedMessageException">The bytes are no message.</exception>
    public static string TextOf(ReadOnlySpan<byte> message, uint number)
    {
        var text = "";
        foreach (var field in new WireFields(message))
        {
            text = field.Number == number ? field.Text : text;
        }
        return text;
    }

    public bool MoveNext()
    {
        if (_reader.IsAtEnd)
        {
            return false;
        }
        var tag = _reader.ReadTag();
        switch ((WireType)(tag & 7))
        {
            case WireType.Varint:
                Current = new WireField(tag >> 3, _reader.ReadVarint(), default);
                break;
            case WireType.Bytes:
                Current = new WireField(tag >> 3, 0, _reader.ReadBytes());
                break;
            default:
                _reader.Skip(tag);
                Current = new WireField(tag >> 3, 0, default);
                break;
        }
        return true;
    }
}

/// <summary>One field: a number, or bytes. What it is not is 0 or empty, as is a value of fixed size, which these loops do not need.</summary>
public readonly ref struct WireField(uint number, ulong varint, ReadOnlySpan<byte> bytes)
{
    /// <summary>Which field of the message it is.</summary>
    public uint Number { get; } = number;

    public ulong Varint { get; } = varint;

    public ReadOnlySpan<byte> Bytes { get; } = bytes;

    /// <summary>The bytes as UTF-8; what is none is replaced.</summary>
    public string Text => Encoding.UTF8.GetString(Bytes);
}

using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Touchline.Model.Protobuf;

/// <summary>
/// Walks the fields of one protobuf message where it lies. Nothing is allocated, whatever the bytes say: a length is believed only
/// where so many bytes are left. Source: protobuf.dev, "Encoding".
/// </summary>
public ref struct WireReader(ReadOnlySpan<byte> message)
{
    private readonly ReadOnlySpan<byte> _message = message;
    private int _position;

    /// <summary>Where in the message the reader stands.</summary>
    public readonly int Position => _position;

    /// <summary>Whether all fields are read.</summary>
    public readonly bool IsAtEnd => _position >= _message.Length;

    /// <summary>The bytes between two positions.</summary>
    public readonly ReadOnlySpan<byte> Between(int start, int end) => _message[start..end];

    /// <summary>Reads a tag: the field's number and, in the lower three bits, how it is encoded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint ReadTag()
    {
        var tag = ReadVarint();
        return tag is >= 8 and <= uint.MaxValue ? (uint)tag : throw new MalformedMessageException($"field tag {tag} at byte {_position} is none");
    }

    /// <summary>A number of up to 64 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong ReadVarint()
    {
        if (_position < _message.Length && _message[_position] is < 0x80 and var single)
        {
            _position++;
            return single;
        }
        return ReadLongVarint();
    }

    /// <summary>A <c>sint32</c> or <c>sint64</c>.</summary>
    public long ReadZigZag()
    {
        var coded = ReadVarint();
        return (long)(coded >> 1) ^ -(long)(coded & 1);
    }

    /// <summary>A <c>double</c>, or the bits of a <c>fixed64</c>.</summary>
    public double ReadDouble()
    {
        if (_message.Length - _position < 8)
        {
            throw CutOff();
        }
        var bits = BinaryPrimitives.ReadUInt64LittleEndian(_message[_position..]);
        _position += 8;
        return BitConverter.UInt64BitsToDouble(bits);
    }

    /// <summary>Bytes behind their length: a text, a message, packed numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> ReadBytes()
    {
        var length = ReadVarint();
        if (length > (ulong)(_message.Length - _position))
        {
            throw CutOff();
        }
        var bytes = _message.Slice(_position, (int)length);
        _position += (int)length;
        return bytes;
    }

    /// <summary>Steps over the value of a field that is not known here.</summary>
    public void Skip(uint tag)
    {
        switch ((WireType)(tag & 7))
        {
            case WireType.Varint:
                ReadVarint();
                break;
            case WireType.Fixed64:
                Advance(8);
                break;
            case WireType.Bytes:
                ReadBytes();
                break;
            case WireType.Fixed32:
                Advance(4);
                break;
            default:
                throw new MalformedMessageException($"field {tag >> 3} at byte {_position} has the unknown encoding {tag & 7}");
        }
    }

    private void Advance(int bytes)
    {
        if (_message.Length - _position < bytes)
        {
            throw CutOff();
        }
        _position += bytes;
    }

    private ulong ReadLongVarint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (_position >= _message.Length)
            {
                throw CutOff();
            }
            var next = _message[_position++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                // The tenth byte has room for one bit.
                return shift < 63 || next <= 1 ? value : throw new MalformedMessageException($"the number before byte {_position} is longer than 64 bits");
            }
        }
        throw new MalformedMessageException($"the number before byte {_position} does not end");
    }

    private readonly MalformedMessageException CutOff() => new($"the message is cut off at byte {_message.Length}");
}

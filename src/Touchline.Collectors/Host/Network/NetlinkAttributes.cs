using System.Buffers.Binary;

namespace Touchline.Collectors.Host.Network;

/// <summary>The attributes of a netlink(7) message, one after the other: each says its length and its type, and begins at a multiple of 4.</summary>
internal ref struct NetlinkAttributes(ReadOnlySpan<byte> bytes)
{
    private const int HeaderBytes = 4;

    // The upper bits say how an attribute is made.
    private const int TypeMask = 0x3FFF;

    private ReadOnlySpan<byte> _rest = bytes;

    public int Type { get; private set; }

    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>False behind the last one, and where what follows is none.</summary>
    public bool TryNext()
    {
        if (_rest.Length < HeaderBytes)
        {
            return false;
        }
        int length = BinaryPrimitives.ReadUInt16LittleEndian(_rest);
        if (length < HeaderBytes || length > _rest.Length)
        {
            return false;
        }
        Type = BinaryPrimitives.ReadUInt16LittleEndian(_rest[2..]) & TypeMask;
        Value = _rest[HeaderBytes..length];
        _rest = _rest[Math.Min(_rest.Length, (length + 3) & ~3)..];
        return true;
    }

    /// <summary>The content of the first attribute of a type; empty where it is not there.</summary>
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> bytes, int type)
    {
        var attributes = new NetlinkAttributes(bytes);
        while (attributes.TryNext())
        {
            if (attributes.Type == type)
            {
                return attributes.Value;
            }
        }
        return default;
    }

    /// <summary>A whole number of as many bytes as it has; 0 where no number has so many.</summary>
    public static ulong Number(ReadOnlySpan<byte> value) => value.Length switch
    {
        1 => value[0],
        2 => BinaryPrimitives.ReadUInt16LittleEndian(value),
        4 => BinaryPrimitives.ReadUInt32LittleEndian(value),
        8 => BinaryPrimitives.ReadUInt64LittleEndian(value),
        _ => 0,
    };
}

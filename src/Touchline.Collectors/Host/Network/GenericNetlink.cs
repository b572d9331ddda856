using System.Buffers.Binary;
using System.Text;

namespace Touchline.Collectors.Host.Network;

/// <summary>
/// Asks a part of the kernel that has no protocol of its own in netlink(7), but a name: its number is asked for first, at each question,
/// since a module that is loaded again has another. Owned by one collector.
/// </summary>
internal sealed class GenericNetlink(string family)
{
    /// <summary>The part that knows all others.</summary>
    public const string Controller = "nlctrl";

    public const byte ListFamilies = 3;
    public const int FamilyNumber = 1;
    public const int FamilyName = 2;

    private const ushort ControllerNumber = 0x10;
    private const int HeaderBytes = 4;
    private const byte Version = 1;

    private readonly Netlink _netlink = new(Netlink.Generic);

    /// <summary>Asks for all of something, and hands on the attributes of each message of the answer; false where this kernel has no such part.</summary>
    /// <exception cref="IOException">The kernel refuses.</exception>
    public bool TryDump(byte command, ReadOnlySpan<byte> attributes, NetlinkTaker take)
    {
        if (NumberOfFamily() is not { } number)
        {
            return false;
        }
        Dump(number, command, attributes, take);
        return true;
    }

    private ushort? NumberOfFamily()
    {
        ushort? number = null;
        Dump(ControllerNumber, ListFamilies, [], attributes =>
        {
            if (Encoding.UTF8.GetString(NetlinkAttributes.Find(attributes, FamilyName)).TrimEnd('\0') == family)
            {
                number = (ushort)NetlinkAttributes.Number(NetlinkAttributes.Find(attributes, FamilyNumber));
            }
        });
        return number;
    }

    private void Dump(ushort number, byte command, ReadOnlySpan<byte> attributes, NetlinkTaker take)
    {
        Span<byte> request = stackalloc byte[HeaderBytes + attributes.Length];
        request.Clear();
        request[0] = command;
        request[1] = Version;
        attributes.CopyTo(request[HeaderBytes..]);
        _netlink.Dump(number, request, message => take(message[Math.Min(HeaderBytes, message.Length)..]));
    }

    /// <summary>An attribute that is a number of 32 bits.</summary>
    public static byte[] NumberAttribute(int type, uint value)
    {
        var attribute = new byte[8];
        BinaryPrimitives.WriteUInt16LittleEndian(attribute, (ushort)attribute.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(attribute.AsSpan(2), (ushort)type);
        BinaryPrimitives.WriteUInt32LittleEndian(attribute.AsSpan(4), value);
        return attribute;
    }
}

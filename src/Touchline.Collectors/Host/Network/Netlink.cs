using System.Buffers.Binary;
using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Touchline.Collectors.Host.Network;

/// <summary>Takes one message of an answer, without its header.</summary>
internal delegate void NetlinkTaker(ReadOnlySpan<byte> message);

/// <summary>Asks the kernel for whole tables over netlink(7), which .NET's sockets do not speak. Owned by one collector.</summary>
internal sealed partial class Netlink(int protocol)
{
    public const int Route = 0;
    public const int SocketDiagnostics = 4;
    public const int Generic = 16;

    private const int AddressFamily = 16;
    private const int RawSocket = 3;
    private const int CloseOnExec = 0x80000;
    private const int HeaderBytes = 16;
    private const ushort RequestDump = 0x301;
    private const ushort Error = 2;
    private const ushort Done = 3;

    // The kernel fills what it is given, up to 32 KB.
    private readonly byte[] _buffer = new byte[32 * 1024];

    /// <summary>Asks for all of something, and hands on each message of the answer.</summary>
    /// <exception cref="IOException">The kernel refuses.</exception>
    public void Dump(ushort type, ReadOnlySpan<byte> request, NetlinkTaker take)
    {
        using var socket = OpenSocket(AddressFamily, RawSocket | CloseOnExec, protocol);
        if (socket.IsInvalid)
        {
            throw Failed();
        }
        Send(socket, type, request);
        while (TakeMessages(Receive(socket), take))
        {
        }
    }

    private void Send(SafeFileHandle socket, ushort type, ReadOnlySpan<byte> request)
    {
        var message = _buffer.AsSpan(0, HeaderBytes + request.Length);
        message.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(message, message.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(message[4..], type);
        BinaryPrimitives.WriteUInt16LittleEndian(message[6..], RequestDump);
        request.CopyTo(message[HeaderBytes..]);
        if (Send(socket, message, message.Length, 0) != message.Length)
        {
            throw Failed();
        }
    }

    private ReadOnlySpan<byte> Receive(SafeFileHandle socket)
    {
        var length = (int)Receive(socket, _buffer, _buffer.Length, 0);
        return length > 0 ? _buffer.AsSpan(0, length) : throw Failed();
    }

    /// <summary>False where the last message says that it is the last.</summary>
    private static bool TakeMessages(ReadOnlySpan<byte> messages, NetlinkTaker take)
    {
        while (messages.Length >= HeaderBytes)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(messages);
            var type = BinaryPrimitives.ReadUInt16LittleEndian(messages[4..]);
            if (type == Done)
            {
                return false;
            }
            if (length < HeaderBytes || length > messages.Length)
            {
                throw new IOException("netlink sent half a message");
            }
            var message = messages[HeaderBytes..length];
            if (type == Error)
            {
                throw new IOException("netlink refuses: " + new Win32Exception(-BinaryPrimitives.ReadInt32LittleEndian(message)).Message);
            }
            take(message);
            // Messages begin at multiples of 4.
            messages = messages[Math.Min(messages.Length, (length + 3) & ~3)..];
        }
        return true;
    }

    private static IOException Failed() => new("netlink: " + Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial SafeFileHandle OpenSocket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint Send(SafeFileHandle socket, ReadOnlySpan<byte> message, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint Receive(SafeFileHandle socket, Span<byte> buffer, nint length, int flags);
}

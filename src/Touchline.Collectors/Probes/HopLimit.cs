using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Touchline.Collectors.Probes;

/// <summary>
/// How many hops a packet had left when it came, which the system tells beside the packet and the runtime's sockets do not hand on. Source:
/// RFC 3542, section 6.3, and ip(7).
/// </summary>
internal static partial class HopLimit
{
    private const int Ip4 = 0;
    private const int Ip6 = 41;
    private const int ReceiveOfIp4 = 12;
    private const int OfIp4 = 2;
    private const int ReceiveOfIp6 = 51;
    private const int OfIp6 = 52;

    /// <summary>MSG_DONTWAIT.</summary>
    private const int AtOnce = 0x40;

    /// <summary>Has the system tell it for what comes from here on. Without such a system it is not told.</summary>
    public static void Ask(Socket socket, bool isIp4)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }
        try
        {
            var yes = BitConverter.GetBytes(1);
            socket.SetRawSocketOption(isIp4 ? Ip4 : Ip6, isIp4 ? ReceiveOfIp4 : ReceiveOfIp6, yes);
        }
        catch (SocketException)
        {
            // The reply counts all the same.
        }
    }

    /// <summary>Takes the next packet from a socket, which must have one, and tells its hop limit; null where that is not known.</summary>
    public static unsafe int? Take(Socket socket, bool isIp4)
    {
        byte first;
        var control = stackalloc byte[256];
        var part = new Part { Bytes = (nint)(&first), Length = 1 };
        var message = new Message { Parts = (nint)(&part), PartCount = 1, Control = (nint)control, ControlLength = 256 };
        if (Receive((int)socket.Handle, ref message, AtOnce) < 0)
        {
            return null;
        }
        var told = new ReadOnlySpan<byte>(control, (int)Math.Min(256, message.ControlLength));
        // Each entry: its whole length, the protocol, the kind, then what it says; the next one begins at a multiple of a word.
        var head = nint.Size + 2 * sizeof(int);
        while (told.Length >= head + sizeof(int))
        {
            var length = (int)Math.Min((nuint)told.Length, MemoryMarshal.Read<nuint>(told));
            var (protocol, kind) = (MemoryMarshal.Read<int>(told[nint.Size..]), MemoryMarshal.Read<int>(told[(nint.Size + sizeof(int))..]));
            if (length < head)
            {
                return null;
            }
            if (protocol == (isIp4 ? Ip4 : Ip6) && kind == (isIp4 ? OfIp4 : OfIp6))
            {
                return MemoryMarshal.Read<int>(told[head..]);
            }
            told = told[Math.Min(told.Length, (length + nint.Size - 1) / nint.Size * nint.Size)..];
        }
        return null;
    }

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    private static partial nint Receive(int socket, ref Message message, int flags);

    /// <summary><c>struct iovec</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Part
    {
        public nint Bytes;
        public nuint Length;
    }

    /// <summary><c>struct msghdr</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Message
    {
        public nint Name;
        public uint NameLength;
        public nint Parts;
        public nuint PartCount;
        public nint Control;
        public nuint ControlLength;
        public int Flags;
    }
}

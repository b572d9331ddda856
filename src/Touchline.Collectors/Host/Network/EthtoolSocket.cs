using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Touchline.Collectors.Host.Network;

/// <summary>Asks drivers of network interfaces, by the ioctl of linux/ethtool.h. Not thread-safe.</summary>
internal sealed partial class EthtoolSocket : IDisposable
{
    private const uint EthtoolRequest = 0x8946;
    private const int MaxNameBytes = 16;

    private const uint LinkCommand = 0x1;
    private const int LinkBytes = 44;
    private const uint DriverCommand = 0x3;
    private const int DriverBytes = 196;
    private const uint NamesCommand = 0x1b;
    private const uint NamesOfStatistics = 1;
    private const int NameBytes = 32;
    private const uint StatisticsCommand = 0x1d;

    // Drivers with a set for each of hundreds of queues have some ten thousand.
    private const int MaxStatistics = 32 * 1024;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private byte[] _names = [];
    private byte[] _values = [];

    /// <summary>False where the driver does not say.</summary>
    public bool TryLink(string device, out EthtoolLink link)
    {
        var answer = new byte[LinkBytes];
        var isKnown = TryAsk(device, LinkCommand, answer);
        link = new EthtoolLink(Number(answer, 4), Number(answer, 8), answer[18]);
        return isKnown;
    }

    /// <summary>False where the driver does not say.</summary>
    public bool TryDriver(string device, out EthtoolDriver driver)
    {
        var answer = new byte[DriverBytes];
        var isKnown = TryAsk(device, DriverCommand, answer);
        driver = new EthtoolDriver(Text(answer, 4), Text(answer, 36), Text(answer, 68), Text(answer, 100), Text(answer, 132), (int)Number(answer, 180));
        return isKnown;
    }

    /// <summary>What the driver counts, by its own names; nothing where it counts nothing.</summary>
    public IReadOnlyList<(string Name, double Value)> Statistics(string device, int count)
    {
        if (count is <= 0 or > MaxStatistics)
        {
            return [];
        }
        // The driver writes as many as it has by now, whatever is asked for: a queue more than a moment ago must not run over the buffers.
        var room = 2 * count + 256;
        var names = AtLeast(ref _names, 12 + room * NameBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(names.AsSpan(4), NamesOfStatistics);
        BinaryPrimitives.WriteInt32LittleEndian(names.AsSpan(8), count);
        var values = AtLeast(ref _values, 8 + room * sizeof(ulong));
        BinaryPrimitives.WriteInt32LittleEndian(values.AsSpan(4), count);
        if (!TryAsk(device, NamesCommand, names) || !TryAsk(device, StatisticsCommand, values))
        {
            return [];
        }
        var statistics = new List<(string Name, double Value)>(count);
        for (var i = 0; i < count; i++)
        {
            var name = Text(names, 12 + i * NameBytes);
            if (name.Trim().Length > 0)
            {
                statistics.Add((name, BinaryPrimitives.ReadUInt64LittleEndian(values.AsSpan(8 + i * sizeof(ulong)))));
            }
        }
        return statistics;
    }

    public void Dispose() => _socket.Dispose();

    private static byte[] AtLeast(ref byte[] buffer, int bytes) => buffer.Length >= bytes ? buffer : buffer = new byte[bytes];

    private unsafe bool TryAsk(string device, uint command, byte[] data)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(data, command);
        Request request;
        var name = new Span<byte>(request.Name, MaxNameBytes);
        name.Clear();
        // With the zero at its end.
        if (Encoding.UTF8.GetByteCount(device) >= MaxNameBytes)
        {
            return false;
        }
        Encoding.UTF8.GetBytes(device, name);
        fixed (byte* pointer = data)
        {
            request.Data = pointer;
            return Call((int)_socket.SafeHandle.DangerousGetHandle(), EthtoolRequest, &request) >= 0;
        }
    }

    private static uint Number(byte[] from, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(from.AsSpan(offset));

    /// <summary>Text of 32 bytes at the most, up to its zero.</summary>
    private static string Text(byte[] from, int offset)
    {
        var text = from.AsSpan(offset, NameBytes);
        var end = text.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? text : text[..end]);
    }

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static unsafe partial int Call(int socket, nuint request, Request* argument);

    /// <summary>The kernel's ifreq.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private unsafe struct Request
    {
        public fixed byte Name[MaxNameBytes];
        public byte* Data;
        private fixed byte _rest[16];
    }
}

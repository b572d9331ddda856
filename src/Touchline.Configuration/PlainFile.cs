using System.Runtime.InteropServices;
using System.Text;

namespace Touchline.Configuration;

/// <summary>
/// Opens files that a configuration names, or that others lay into a watched folder. A pipe, a socket or a device there is refused before it is opened: opening or reading one may
/// wait for ever for somebody at its other end, and opening a device may set it going. What this process was started with is open already and is read: <c>/dev/stdin</c>, and
/// <c>/dev/fd/63</c>, which a shell makes of <c>&lt;(…)</c>.
/// </summary>
public static partial class PlainFile
{
    /// <summary>No file that is read as a whole is near this; a wrong path must not exhaust memory.</summary>
    public const int MaxBytes = 64 * 1024 * 1024;

    private const int MaskOfType = 0xF000;
    private const int SocketType = 0xC000;

    private static readonly string[] AlreadyOpen = ["/dev/fd/", "/dev/std", "/dev/null", "/proc/self/fd/"];

    /// <exception cref="IOException">There is no such file, it cannot be read, or it is none.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read, or is a folder.</exception>
    public static FileStream OpenRead(string path)
    {
        RefuseOther(path);
        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
    }

    /// <exception cref="IOException">As of <see cref="OpenRead"/>; or the file is larger than <see cref="MaxBytes"/>.</exception>
    /// <exception cref="UnauthorizedAccessException">As of <see cref="OpenRead"/>.</exception>
    public static string ReadAllText(string path)
    {
        using var reader = new StreamReader(new MemoryStream(ReadAllBytes(path)), Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <exception cref="IOException">As of <see cref="OpenRead"/>; or the file is larger than <see cref="MaxBytes"/>.</exception>
    /// <exception cref="UnauthorizedAccessException">As of <see cref="OpenRead"/>.</exception>
    public static byte[] ReadAllBytes(string path)
    {
        using var stream = OpenRead(path);
        var bytes = ReadAtMost(stream, MaxBytes);
        return bytes.Length <= MaxBytes ? bytes : throw new IOException($"the file is larger than {MaxBytes / 1024 / 1024} MiB");
    }

    /// <summary>The whole, or a little more than the bytes that are allowed, where there are more.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal static byte[] ReadAtMost(FileStream stream, int most)
    {
        var buffer = new MemoryStream();
        var chunk = new byte[64 * 1024];
        int read;
        while (buffer.Length <= most && (read = stream.Read(chunk)) > 0)
        {
            buffer.Write(chunk, 0, read);
        }
        return buffer.ToArray();
    }

    /// <summary>Nothing where the path leads to a file or a folder, or to nothing at all, which opening it then says.</summary>
    /// <exception cref="IOException">It is a pipe, a socket or a device; the message says which.</exception>
    public static void RefuseOther(string path)
    {
        if (Array.Exists(AlreadyOpen, prefix => path.StartsWith(prefix, StringComparison.Ordinal)))
        {
            return;
        }
        var kind = (ModeOf(path) & MaskOfType) switch
        {
            0x1000 => "a pipe",
            0x2000 or 0x6000 => "a device",
            SocketType => "a socket",
            _ => null,
        };
        if (kind is not null)
        {
            throw new IOException($"{path} is {kind} and not a file");
        }
    }

    /// <summary>Whether a path leads to a socket.</summary>
    public static bool IsSocket(string path) => (ModeOf(path) & MaskOfType) == SocketType;

    /// <summary>The mode of what a path leads to, as <c>struct statx</c> has it on every architecture; 0 where there is nothing, or the kernel does not say.</summary>
    private static int ModeOf(string path)
    {
        const int CurrentFolder = -100;
        const uint Type = 1;
        const int ModeOffset = 28;
        Span<byte> answer = stackalloc byte[256];
        return Ask(CurrentFolder, path, 0, Type, answer) == 0 ? MemoryMarshal.Read<ushort>(answer[ModeOffset..]) : 0;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Ask(int folder, string path, int flags, uint mask, Span<byte> answer);
}

using System.Runtime.InteropServices;

namespace Touchline.Collectors.Host;

/// <summary>Sizes of a filesystem, in bytes and in inodes.</summary>
internal readonly record struct FilesystemSizes(double Size, double Free, double Available, double Files, double FilesFree, bool ReadOnly);

/// <summary>Asks for the sizes of the filesystem at a path: null and the reason where the kernel refuses. May hang.</summary>
internal delegate FilesystemSizes? StatvfsCall(string path, out string error);

/// <summary>statvfs(3).</summary>
internal static partial class Statvfs
{
    private const ulong ReadOnlyFlag = 1;

    public static unsafe FilesystemSizes? Call(string path, out string error)
    {
        Result result;
        if (Ask(path, &result) != 0)
        {
            var message = Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
            // In lower case, as Go's errors are, since it becomes a label's value.
            error = message.Length > 0 ? char.ToLowerInvariant(message[0]) + message[1..] : "unknown error";
            return null;
        }
        error = "";
        var unit = (double)(result.FragmentSize > 0 ? result.FragmentSize : result.BlockSize);
        return new FilesystemSizes(
            result.Blocks * unit, result.BlocksFree * unit, result.BlocksAvailable * unit, result.Files, result.FilesFree,
            (result.Flags & ReadOnlyFlag) != 0);
    }

    [LibraryImport("libc", EntryPoint = "statvfs", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Ask(string path, Result* result);

    /// <summary><c>struct statvfs</c>, the same in glibc and musl on 64-bit Linux; the tail is room for what they keep to themselves.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private unsafe struct Result
    {
        public ulong BlockSize, FragmentSize, Blocks, BlocksFree, BlocksAvailable, Files, FilesFree, FilesAvailable, Id, Flags, NameMax;
        private fixed byte _reserved[64];
    }
}

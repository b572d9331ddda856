using System.Runtime.InteropServices;

namespace Touchline.Collectors.OwnProcess;

/// <summary>
/// Mappings whose pages come one by one when they are touched. Otherwise fifteen neighbours come along with each ("fault around"), which suits a start, but
/// makes three times as much of a program resident as it needs. Whoever watches for writes to a mapping (userfaultfd(2)) gets single pages, so that is
/// asked for, and nothing is ever watched. Since Linux 6.7, and where containers are not forbidden it; elsewhere neighbours come along.
/// </summary>
internal sealed partial class SinglePages : IDisposable
{
    private const long CloseOnExec = 0x80000; // O_CLOEXEC.
    private const long UserModeOnly = 1; // UFFD_USER_MODE_ONLY: what needs no privilege.
    private const ulong Version = 0xAA; // UFFD_API.
    private const ulong WritesNeverWait = 1 << 15; // UFFD_FEATURE_WP_ASYNC.
    private const ulong WatchWrites = 1 << 1; // UFFDIO_REGISTER_MODE_WP.
    private const uint Introduce = 0xC018AA3F; // UFFDIO_API.
    private const uint Register = 0xC020AA00; // UFFDIO_REGISTER.

    private readonly HashSet<FileMapping> _added = [];
    private readonly int _descriptor = Open();

    /// <summary>Whether the system does as it is asked makes no difference but in memory.</summary>
    public unsafe void Add(FileMapping mapping)
    {
        if (_descriptor >= 0 && _added.Add(mapping))
        {
            // struct uffdio_register: start, length, mode, and what could be asked of it then. A shared mapping is refused.
            var request = stackalloc ulong[] { mapping.From, mapping.Length, WatchWrites, 0 };
            _ = Control(_descriptor, Register, request);
        }
    }

    public void Dispose()
    {
        if (_descriptor >= 0)
        {
            _ = Close(_descriptor);
        }
    }

    private static unsafe int Open()
    {
        var number = RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => 323,
            Architecture.Arm64 => 282,
            _ => -1,
        };
        if (!OperatingSystem.IsLinux() || number < 0)
        {
            return -1;
        }
        var descriptor = (int)SystemCall(number, CloseOnExec | UserModeOnly);
        // struct uffdio_api: version, features, and what could be asked of it then.
        var request = stackalloc ulong[] { Version, WritesNeverWait, 0 };
        if (descriptor >= 0 && Control(descriptor, Introduce, request) != 0)
        {
            _ = Close(descriptor);
            return -1;
        }
        return descriptor;
    }

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial long SystemCall(long number, long flags);

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static unsafe partial int Control(int descriptor, nuint request, ulong* argument);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}

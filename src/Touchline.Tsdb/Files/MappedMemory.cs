using System.Runtime.InteropServices;

namespace Touchline.Tsdb.Files;

/// <summary>What the operating system keeps in the process' memory of files that are mapped.</summary>
internal static unsafe partial class MappedMemory
{
    private const int DontNeed = 4; // MADV_DONTNEED of madvise(2).

    /// <summary>
    /// Takes the pages out of the process' memory. They stay in the system's cache, and come back when they are looked at again. Only for mappings that are
    /// never written to; they begin where a page does.
    /// </summary>
    public static void Forget(byte* start, long length)
    {
        if (OperatingSystem.IsLinux())
        {
            // Where the system does not care to, nothing is lost but memory.
            _ = Advise(start, (nuint)length, DontNeed);
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* start, nuint length, int advice);
}

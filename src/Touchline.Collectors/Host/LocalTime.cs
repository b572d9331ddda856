using System.Runtime.InteropServices;

namespace Touchline.Collectors.Host;

/// <summary>The C library's view of local time, since .NET does not know the abbreviation of a time zone.</summary>
internal static partial class LocalTime
{
    /// <summary>The zone's abbreviation (<c>CET</c>) and its offset from UTC in seconds at a Unix time.</summary>
    public static unsafe (string Zone, double OffsetSeconds) ZoneAt(long unixSeconds)
    {
        Broken broken;
        if (ConvertToLocal(&unixSeconds, &broken) == 0)
        {
            throw new IOException("localtime_r failed");
        }
        return (Marshal.PtrToStringUTF8(broken.Zone) ?? "", broken.OffsetSeconds);
    }

    [LibraryImport("libc", EntryPoint = "localtime_r")]
    private static unsafe partial nint ConvertToLocal(long* time, Broken* result);

    /// <summary><c>struct tm</c>, the same in glibc and musl on 64-bit Linux.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Broken
    {
        public int Second, Minute, Hour, Day, Month, Year, DayOfWeek, DayOfYear, IsDaylightSaving;
        public long OffsetSeconds;
        public nint Zone;
    }
}

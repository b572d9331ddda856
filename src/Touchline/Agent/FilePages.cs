using System.Globalization;
using System.Runtime.InteropServices;

namespace Touchline.Agent;

/// <summary>
/// Gives back pages of mapped files: code that only the start needed is most of what a process of this kind has in memory. What is needed again is
/// read again, mostly from the page cache.
/// </summary>
internal static class FilePages
{
    private const int ReadSingly = 1; // MADV_RANDOM: what is needed again comes without its neighbours.
    private const int PageOut = 21; // MADV_PAGEOUT, since Linux 5.4; an older one refuses it, which is no harm.

    public static void GiveBack()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }
        foreach (var line in File.ReadLines("/proc/self/maps"))
        {
            // from-to permissions offset device inode path
            var slash = line.IndexOf('/', StringComparison.Ordinal);
            var dash = line.IndexOf('-', StringComparison.Ordinal);
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            if (slash < 0 || dash < 0 || space < dash || line.AsSpan(slash).StartsWith("/memfd:")
                || !long.TryParse(line.AsSpan(0, dash), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var from)
                || !long.TryParse(line.AsSpan(dash + 1, space - dash - 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var to))
            {
                continue;
            }
            _ = Advise((nint)from, (nuint)(to - from), ReadSingly);
            _ = Advise((nint)from, (nuint)(to - from), PageOut);
        }
    }

    [DllImport("libc", EntryPoint = "madvise")]
    private static extern int Advise(nint address, nuint length, int advice);
}

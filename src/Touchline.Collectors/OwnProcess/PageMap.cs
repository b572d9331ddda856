using System.Buffers.Binary;

namespace Touchline.Collectors.OwnProcess;

/// <summary>What the kernel tells of each page in <c>/proc/self/pagemap</c>: eight bytes each, of which anybody may see the flags.</summary>
internal sealed class PageMap(string procPath)
{
    private const ulong PresentOfFile = 1ul << 63 | 1ul << 61;

    private readonly byte[] _entries = new byte[16 * 1024];

    /// <summary>Hands on address and length of each run of pages that are in memory and are still the file's: nobody wrote to them.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public void ForEachRunOfFile(FileMapping mapping, Action<ulong, ulong> take)
    {
        var pageSize = (ulong)Environment.SystemPageSize;
        using var file = File.OpenHandle(Path.Combine(procPath, "self/pagemap"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var (start, page) = (mapping.From, mapping.From);
        while (page < mapping.To)
        {
            var wanted = (int)Math.Min((ulong)_entries.Length, (mapping.To - page) / pageSize * sizeof(ulong));
            var read = RandomAccess.Read(file, _entries.AsSpan(0, wanted), (long)(page / pageSize * sizeof(ulong)));
            if (read < sizeof(ulong))
            {
                break;
            }
            for (var i = 0; i + sizeof(ulong) <= read; i += sizeof(ulong), page += pageSize)
            {
                if ((BinaryPrimitives.ReadUInt64LittleEndian(_entries.AsSpan(i)) & PresentOfFile) == PresentOfFile)
                {
                    continue;
                }
                Hand(start, page);
                start = page + pageSize;
            }
        }
        Hand(start, page);

        void Hand(ulong from, ulong to)
        {
            if (to > from)
            {
                take(from, to - from);
            }
        }
    }
}

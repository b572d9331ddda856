using System.Runtime.InteropServices;
using Touchline.Collectors.Host.Reading;

namespace Touchline.Collectors.OwnProcess;

/// <summary>Which pages are given back.</summary>
public enum PagesGivenBack
{
    /// <summary>Those that are there when a mapping is met first: what the program touches afterwards stays.</summary>
    Once,

    /// <summary>Those that came since the last time too.</summary>
    EachTime,
}

/// <summary>
/// Gives back this process's pages of its own program and its libraries: code and tables that only the start needed, and neighbours that came along
/// with what was touched, are most of what a process of this kind has in memory. What is needed again is mapped again, page by page. Linux only. Not
/// thread-safe.
/// </summary>
public sealed partial class FilePages : IDisposable
{
    private const int DontNeed = 4; // MADV_DONTNEED of madvise(2).
    private const int PageOut = 21; // MADV_PAGEOUT, since Linux 5.4; an older one refuses it, which costs memory only.

    private readonly LineReader _reader = new();
    private readonly SinglePages _single = new();
    private readonly PageMap _pages;
    private readonly PagesGivenBack _which;
    private readonly string _procPath;
    private readonly Func<nint, nuint, int, int> _advise;
    private readonly HashSet<FileMapping> _met = [];
    private HashSet<FileMapping> _seenBefore = [];
    private HashSet<FileMapping> _seen = [];
    private FileMapping? _current;

    public FilePages(PagesGivenBack which)
        : this(which, "/proc", Advise)
    {
    }

    internal FilePages(PagesGivenBack which, string procPath, Func<nint, nuint, int, int> advise) =>
        (_which, _procPath, _advise, _pages) = (which, procPath, advise, new PageMap(procPath));

    /// <summary>
    /// From the first call on, pages come singly. Those of mappings that were there at the call before too are given back: an image that is just being
    /// loaded is written to before it is protected, and such pages exist nowhere else.
    /// </summary>
    /// <exception cref="IOException">The mappings cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The mappings may not be read.</exception>
    /// <exception cref="FormatException">The mappings are not as Linux writes them.</exception>
    public void GiveBack()
    {
        _seen.Clear();
        _current = null;
        _reader.TryRead(Path.Combine(_procPath, "self/smaps"), Take);
        (_seenBefore, _seen) = (_seen, _seenBefore);
    }

    public void Dispose() => _single.Dispose();

    // A line for each mapping, and behind it one for each of its figures, "Anonymous:   12 kB": pages that are no longer the file's.
    private void Take(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty || !char.IsAsciiLetterUpper((char)line[0]))
        {
            _current = FileMapping.TryParse(line);
        }
        else if (_current is { } mapping && line.StartsWith("Anonymous:"u8))
        {
            TakeMapping(mapping, isClean: new ByteText(line["Anonymous:"u8.Length..]).Number() == 0);
        }
    }

    private void TakeMapping(FileMapping mapping, bool isClean)
    {
        _seen.Add(mapping);
        _single.Add(mapping);
        if (!_seenBefore.Contains(mapping))
        {
            return;
        }
        var isNew = _met.Add(mapping);
        if (!isNew && _which == PagesGivenBack.Once)
        {
            return;
        }
        if (isClean && !mapping.IsWritable)
        {
            // They stay in the page cache, so that no disk needs to answer when they are touched again.
            _ = _advise((nint)mapping.From, (nuint)mapping.Length, DontNeed);
        }
        else if (isNew)
        {
            // Whoever writes at this moment makes a page its own, and only the kernel can tell: it takes what is still the file's. Once, since such a page
            // leaves the cache too.
            _pages.ForEachRunOfFile(mapping, (from, length) => _advise((nint)from, (nuint)length, PageOut));
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nuint length, int advice);
}

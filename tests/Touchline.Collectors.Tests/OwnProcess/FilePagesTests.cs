using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using Touchline.Collectors.OwnProcess;

namespace Touchline.Collectors.Tests.OwnProcess;

/// <summary>Which pages are given back, of mappings as Linux tells them. A page too much is a program that falls over at some later time.</summary>
public sealed class FilePagesTests : IDisposable
{
    private const int DontNeed = 4;
    private const int PageOut = 21;

    private static readonly ulong Page = (ulong)Environment.SystemPageSize;

    private readonly DirectoryInfo _proc = Directory.CreateTempSubdirectory("touchline-pages-");
    private readonly List<(ulong From, ulong Length, int Advice)> _given = [];

    public FilePagesTests() => _proc.CreateSubdirectory("self");

    public void Dispose() => _proc.Delete(recursive: true);

    [Fact]
    public void Clean_code_is_given_back_when_it_is_met_again()
    {
        Mappings((0x1000, 0x3000, "r-xp", "/usr/lib/libc.so.6", 0));
        using var pages = Pages(PagesGivenBack.EachTime);

        pages.GiveBack();
        Assert.Empty(_given);
        pages.GiveBack();
        Assert.Equal([(0x1000, 0x2000, DontNeed)], _given);
        pages.GiveBack();
        Assert.Equal(2, _given.Count);
    }

    [Fact]
    public void What_is_touched_again_stays_where_that_was_asked_for()
    {
        Mappings((0x1000, 0x3000, "r-xp", "/usr/lib/libc.so.6", 0));
        using var pages = Pages(PagesGivenBack.Once);
        pages.GiveBack();
        pages.GiveBack();
        pages.GiveBack();
        Assert.Equal([(0x1000, 0x2000, DontNeed)], _given);

        // What is loaded late has its turn too.
        Mappings((0x1000, 0x3000, "r-xp", "/usr/lib/libc.so.6", 0), (0x8000, 0x9000, "r--p", "/opt/late.so", 0));
        pages.GiveBack();
        pages.GiveBack();
        Assert.Equal([(0x1000, 0x2000, DontNeed), (0x8000, 0x1000, DontNeed)], _given);
    }

    [Theory]
    [InlineData("r-xp", "/usr/lib/libc.so.6", 4)] // Protected after it was written to: these pages are nowhere else.
    [InlineData("rw-p", "", 0)] // Memory without a file.
    [InlineData("rw-p", "[heap]", 0)]
    [InlineData("r-xs", "/memfd:doublemapper (deleted)", 0)] // A name that is no file.
    [InlineData("r--p", "/dev/zero (deleted)", 0)]
    [InlineData("r--s", "/data/blocks/01/chunks", 0)] // Data, of which its reader knows more.
    [InlineData("rw-s", "/data/queries.active", 0)]
    public void Nothing_else_is_touched(string permissions, string path, int anonymous)
    {
        Mappings((0x1000, 0x3000, permissions, path, anonymous));
        PageFlags(0x1000, "..");
        using var pages = Pages(PagesGivenBack.EachTime);
        pages.GiveBack();
        pages.GiveBack();
        Assert.Empty(_given);
    }

    [Fact]
    public void A_mapping_that_was_written_to_meanwhile_is_left_alone()
    {
        Mappings((0x1000, 0x3000, "r-xp", "/usr/lib/libc.so.6", 0));
        using var pages = Pages(PagesGivenBack.EachTime);
        pages.GiveBack();
        Mappings((0x1000, 0x3000, "r-xp", "/usr/lib/libc.so.6", 8));
        PageFlags(0x1000, "aa");
        pages.GiveBack();
        Assert.Empty(_given);
    }

    [Fact]
    public void The_program_itself_is_given_back_where_it_is_read_as_a_file_too()
    {
        Mappings((0x1000, 0x3000, "r--s", Environment.ProcessPath!, 0));
        using var pages = Pages(PagesGivenBack.EachTime);
        pages.GiveBack();
        pages.GiveBack();
        Assert.Equal([(0x1000, 0x2000, DontNeed)], _given);
    }

    [Fact]
    public void Of_tables_that_are_written_to_the_kernel_takes_what_is_still_the_files_once()
    {
        var end = 0x10000 + (8 * Page);
        Mappings((0x10000, end, "rw-p", "/opt/touchline", 8));
        PageFlags(0x10000, "ff.aff.f"); // f: of the file; a: written to; .: not in memory.
        using var pages = Pages(PagesGivenBack.EachTime);
        pages.GiveBack();
        pages.GiveBack();
        pages.GiveBack();
        Assert.Equal([(0x10000, 2 * Page, PageOut), (0x10000 + (4 * Page), 2 * Page, PageOut), (0x10000 + (7 * Page), Page, PageOut)], _given);
    }

    [Fact]
    public void Runs_go_on_where_the_page_map_is_read_in_pieces()
    {
        const int Count = 5000;
        Mappings((0x10000, 0x10000 + (Count * Page), "rw-p", "/opt/touchline", 0));
        PageFlags(0x10000, new string('f', Count));
        using var pages = Pages(PagesGivenBack.EachTime);
        pages.GiveBack();
        pages.GiveBack();
        Assert.Equal([(0x10000, Count * Page, PageOut)], _given);
    }

    [Fact]
    public void Text_that_is_not_of_Linux_is_an_error_and_no_advice()
    {
        File.WriteAllText(Path.Combine(_proc.FullName, "self/smaps"), "from-to r-xp 0 0 0 /usr/lib/libc.so.6\nAnonymous: 0 kB\n");
        using var pages = Pages(PagesGivenBack.EachTime);
        Assert.Throws<FormatException>(pages.GiveBack);
        Assert.Empty(_given);
    }

    [Fact]
    public void This_process_goes_on_with_what_it_wrote()
    {
        var path = Path.Combine(_proc.FullName, "table");
        var content = new byte[64 * (int)Page];
        new Random(7).NextBytes(content);
        File.WriteAllBytes(path, content);
        using var file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.CopyOnWrite);
        using var view = file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.CopyOnWrite);
        for (var at = 0; at < content.Length; at += 3 * (int)Page)
        {
            content[at] ^= 0xFF;
            view.Write(at, content[at]);
        }

        using (var pages = new FilePages(PagesGivenBack.EachTime))
        {
            for (var round = 0; round < 4; round++)
            {
                pages.GiveBack();
                view.Write(round, content[round] = (byte)round);
            }
        }

        var seen = new byte[content.Length];
        view.ReadArray(0, seen, 0, seen.Length);
        Assert.Equal(content, seen);
    }

    private FilePages Pages(PagesGivenBack which) => new(which, _proc.FullName, (from, length, advice) =>
    {
        _given.Add(((ulong)from, length, advice));
        return 0;
    });

    private void Mappings(params (ulong From, ulong To, string Permissions, string Path, int AnonymousKb)[] mappings) => File.WriteAllText(
        Path.Combine(_proc.FullName, "self/smaps"),
        string.Concat(mappings.Select(m =>
            $"{m.From:x}-{m.To:x} {m.Permissions} 00000000 fe:00 1234                       {m.Path}\nSize:                  8 kB\nRss:                   8 kB\n"
            + $"Anonymous:      {m.AnonymousKb} kB\nAnonHugePages:         0 kB\nVmFlags: rd mr mw me\n")));

    private void PageFlags(ulong from, string pages)
    {
        var start = from / Page * sizeof(ulong);
        using var map = File.Create(Path.Combine(_proc.FullName, "self/pagemap"));
        map.SetLength((long)start);
        map.Position = (long)start;
        Span<byte> entry = stackalloc byte[sizeof(ulong)];
        foreach (var page in pages)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(entry, page switch { 'f' => 0xA000_0000_0000_0000, 'a' => 0x8000_0000_0000_0000, _ => 0 });
            map.Write(entry);
        }
    }
}

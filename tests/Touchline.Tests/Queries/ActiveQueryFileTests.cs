using Touchline.Queries;

namespace Touchline.Tests.Queries;

public sealed class ActiveQueryFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("touchline-tests-").FullName;

    private string FilePath => Path.Combine(_folder, ActiveQueryFile.Name);

    [Fact]
    public void What_was_noted_and_not_cleared_is_found_by_the_next_one()
    {
        var early = new NotedQuery("sum(rate(ü[5m]))", 1000, 61_000, 15_000, 5);
        var late = new NotedQuery("up", 7, 7, 0, 9);
        var crashed = ActiveQueryFile.Open(_folder, 3, out var none);
        Assert.Empty(none);
        crashed.Note(late);
        crashed.Clear(crashed.Note(new NotedQuery("done", 1, 1, 0, 1)));
        crashed.Note(early);

        using var next = ActiveQueryFile.Open(_folder, 3, out var unfinished);

        Assert.Equal([early, late], unfinished);
    }

    [Fact]
    public void A_file_that_was_closed_is_gone()
    {
        var file = ActiveQueryFile.Open(_folder, 2, out _);
        file.Note(new NotedQuery("up", 7, 7, 0, 9));
        Assert.True(File.Exists(FilePath));

        file.Dispose();

        Assert.False(File.Exists(FilePath));
    }

    [Fact]
    public void There_is_room_for_as_many_as_said_and_room_is_used_again()
    {
        using var file = ActiveQueryFile.Open(_folder, 2, out _);
        var query = new NotedQuery("up", 7, 7, 0, 9);

        var first = file.Note(query);
        Assert.NotEqual(first, file.Note(query));
        Assert.Equal(-1, file.Note(query));
        file.Clear(-1);
        file.Clear(first);
        Assert.Equal(first, file.Note(query with { Text = "other" }));

        Assert.Equal(["other", "up"], Noted().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_long_text_is_cut_behind_a_whole_character()
    {
        using var file = ActiveQueryFile.Open(_folder, 1, out _);

        file.Note(new NotedQuery("x" + new string('ü', 5000), 7, 7, 0, 9));

        Assert.Equal("x" + new string('ü', 491), Assert.Single(Noted()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("TLQA")]
    [InlineData("some other file that is long enough to have a header")]
    public void Another_file_is_overwritten(string content)
    {
        File.WriteAllText(FilePath, content);

        using var file = ActiveQueryFile.Open(_folder, 1, out var unfinished);

        Assert.Empty(unfinished);
        Assert.Equal(16 + 1024, new FileInfo(FilePath).Length);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private IEnumerable<string> Noted()
    {
        using var stream = new FileStream(FilePath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return ActiveQueryFile.Read(bytes).Select(q => q.Text);
    }
}

namespace Touchline.Configuration.Tests;

public sealed class PathGlobTests
{
    [Theory]
    [InlineData("*.yml", "a.yml", true)]
    [InlineData("*.yml", ".yml", true)]
    [InlineData("*.yml", "a.yml.bak", false)]
    [InlineData("a*b*c", "aXbYbZc", true)]
    [InlineData("a*b*c", "aXbYbZ", false)]
    [InlineData("r?le", "rule", true)]
    [InlineData("r?le", "rle", false)]
    [InlineData("[a-c]x", "bx", true)]
    [InlineData("[^a-c]x", "bx", false)]
    [InlineData("[^a-c]x", "dx", true)]
    [InlineData("[a", "a", false)]
    [InlineData("\\*", "*", true)]
    [InlineData("\\*", "a", false)]
    [InlineData("", "", true)]
    public void Name_matches_as_in_filepath_Match(string pattern, string name, bool expected) =>
        Assert.Equal(expected, PathGlob.Matches(pattern, name));

    [Fact]
    public void Matching_a_hostile_pattern_ends()
    {
        Assert.False(PathGlob.Matches(string.Concat(Enumerable.Repeat("a*", 1_000)) + "b", new string('a', 5_000)));
    }

    [Fact]
    public void Expansion_lists_matching_files_in_order()
    {
        using var folder = new TemporaryFolder();
        foreach (var name in (string[])["b.yml", "a.yml", "c.txt", "sub1/x.yml", "sub2/x.yml"])
        {
            folder.Write(name, "");
        }

        Assert.Equal(["a.yml", "b.yml"], Names(folder, "*.yml"));
        Assert.Equal(["sub1/x.yml", "sub2/x.yml"], Names(folder, "sub?/*.yml"));
        Assert.Equal(["c.txt"], Names(folder, "c.txt"));
        Assert.Empty(Names(folder, "missing.yml"));
        Assert.Empty(Names(folder, "none/*.yml"));
    }

    private static IEnumerable<string> Names(TemporaryFolder folder, string pattern) =>
        PathGlob.Expand(Path.Combine(folder.Path, pattern)).Select(path => Path.GetRelativePath(folder.Path, path));
}

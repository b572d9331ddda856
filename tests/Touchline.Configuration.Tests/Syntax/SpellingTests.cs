using Touchline.Configuration.Syntax;

namespace Touchline.Configuration.Tests.Syntax;

public sealed class SpellingTests
{
    [Theory]
    [InlineData("--web.listen-addres", "--web.listen-address")]
    [InlineData("--storage.tsdb.retention-time", "--storage.tsdb.retention.time")]
    [InlineData("--something-else-entirely", null)]
    public void The_nearest_is_told_where_it_is_near(string word, string? nearest) =>
        Assert.Equal(nearest, Spelling.Closest(word, ["--web.listen-address", "--storage.tsdb.retention.time", "--demo"]));
}

namespace Touchline.Model.Tests;

/// <summary>As Go's regexp without flags.</summary>
public sealed class SearchRegexTests
{
    [Theory]
    [InlineData("wor.d", "hello world", true)]
    [InlineData("^world", "hello world", false)]
    [InlineData("a.b", "a\nb", false)]
    [InlineData("(?s)a.b", "a\nb", true)]
    [InlineData("^b", "a\nb", false)]
    [InlineData("(?m)^b", "a\nb", true)]
    [InlineData("a$", "a\n", false)]
    [InlineData("a|b", "xxb", true)]
    [InlineData("", "anything", true)]
    [InlineData("😀", "a 😀", true)]
    public void Is_looked_for_anywhere(string pattern, string text, bool matches)
    {
        Assert.Equal(matches, new SearchRegex(pattern).IsMatch(text));
    }

    [Fact]
    public void Groups_fill_templates()
    {
        var match = new SearchRegex("^SSH-2.0-([^ -]+)(?: (?P<rest>.*))?$").Match("SSH-2.0-OpenSSH_9 Debian");

        Assert.Equal("OpenSSH_9/Debian", RegexTemplate.Expand("${1}/${rest}", match));
    }

    [Theory]
    [InlineData("(")]
    [InlineData("(?=a)")]
    [InlineData(@"(a)\1")]
    public void What_RE2_has_not_is_refused(string pattern)
    {
        Assert.Throws<RegexSyntaxException>(() => new SearchRegex(pattern));
    }

    [Fact]
    public void Matching_takes_linear_time()
    {
        Assert.False(new SearchRegex("(a+)+$").IsMatch(new string('a', 100_000) + "!"));
    }
}

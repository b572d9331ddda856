using Touchline.Model;

namespace Touchline.Model.Tests;

public sealed class AnchoredRegexTests
{
    [Theory]
    [InlineData("a", "a", true)]
    [InlineData("a", "ab", false)]
    [InlineData("a|b", "b", true)]
    [InlineData("a|b", "ab", false)]
    [InlineData("^a$|b", "b", true)]
    [InlineData("a.c", "a\nc", true)]
    [InlineData("(?-s)a.c", "a\nc", false)]
    [InlineData("", "", true)]
    [InlineData(".*", "", true)]
    [InlineData(".+", "", false)]
    [InlineData(".+", "\n", true)]
    [InlineData("api.*", "api", true)]
    [InlineData("api.+", "api", false)]
    [InlineData(".*api", "the api", true)]
    [InlineData(".+api", "api", false)]
    [InlineData(".*api.*", "an api here", true)]
    [InlineData(".+api.+", "api api", false)]
    [InlineData(".+api.+", "x api y", true)]
    [InlineData("^api.*$", "api/v1", true)]
    [InlineData("5..", "503", true)]
    [InlineData("[[:alpha:]_]+", "ab_", true)]
    [InlineData("[[:^alpha:]]", "1", true)]
    [InlineData(@"\Qa.b\E+", "a.bb", true)]
    [InlineData(@"\x{1F600}", "😀", true)]
    [InlineData("(?i)straße", "STRAßE", true)]
    [InlineData("(?i)k", "\u212a", true)]
    [InlineData("(?i)s", "ſ", true)]
    [InlineData("(?i)i", "İ", false)]
    [InlineData("a{,2}", "a{,2}", true)]
    [InlineData("[]a]+", "]a", true)]
    [InlineData(@"\pL+", "aé日", true)]
    [InlineData(@"\p{Lu}", "a", false)]
    [InlineData(@"\P{Lu}", "a", true)]
    [InlineData(@"\p{Greek}+", "αβγ", true)]
    [InlineData(@"\p{Greek}", "a", false)]
    [InlineData(@"\P{Greek}", "a", true)]
    [InlineData(@"\p{^Greek}", "α", false)]
    [InlineData(@"[\p{Han}\p{Hiragana}]+", "日本の", true)]
    [InlineData(@"\p{Han}", "\U00020000", true)]
    [InlineData(@"\p{Common}", "\u0378", false)]
    [InlineData(@"(?i)\p{Greek}", "\u00b5", true)]
    [InlineData(@"\p{Sidetic}", "\U00010940", true)]
    public void IsMatch_of_the_whole_value(string pattern, string value, bool expected) => Assert.Equal(expected, new AnchoredRegex(pattern).IsMatch(value));

    [Theory]
    [InlineData(@"\d", "٣")]
    [InlineData(@"\w", "é")]
    [InlineData(@"\s", "\v")]
    [InlineData(@"\s", "\u00a0")]
    public void Perl_classes_are_ascii_only(string pattern, string value) => Assert.False(new AnchoredRegex(pattern).IsMatch(value));

    [Theory]
    [InlineData(".", true)]
    [InlineData(".{2}", false)]
    [InlineData("[^a]", true)]
    [InlineData("[^a][^a]", false)]
    [InlineData("[^a]+", true)]
    [InlineData("[😀-😂]", true)]
    [InlineData("[^😀]", false)]
    [InlineData(".+.", false)]
    public void Character_beyond_the_basic_plane_is_one(string pattern, bool expected) => Assert.Equal(expected, new AnchoredRegex(pattern).IsMatch("😀"));

    [Theory]
    [InlineData("(", "missing closing ): `(`")]
    [InlineData("a)", "unexpected ): `a)`")]
    [InlineData("[a", "missing closing ]: `[a`")]
    [InlineData("*", "missing argument to repetition operator: `*`")]
    [InlineData("a**", "invalid nested repetition operator: `**`")]
    [InlineData("a{2}{3}", "invalid nested repetition operator: `{2}{3}`")]
    [InlineData("a{1001}", "invalid repeat count: `{1001}`")]
    [InlineData("((a{100}){100})", "invalid repeat count: `{100}`")]
    [InlineData("[b-a]", "invalid character class range: `b-a`")]
    [InlineData("[[:foo:]]", "invalid character class range: `[:foo:]`")]
    [InlineData(@"\pX", @"invalid character class range: `\pX`")]
    [InlineData(@"\p{Grek}", @"invalid character class range: `\p{Grek}`")]
    [InlineData(@"\p{greek}", @"invalid character class range: `\p{greek}`")]
    [InlineData(@"\p{Unknown}", @"invalid character class range: `\p{Unknown}`")]
    [InlineData(@"(a)\1", @"invalid escape sequence: `\1`")]
    [InlineData(@"\C", @"invalid escape sequence: `\C`")]
    [InlineData(@"\Z", @"invalid escape sequence: `\Z`")]
    [InlineData(@"\x{110000}", @"invalid escape sequence: `\x{110000`")]
    [InlineData(@"\", "trailing backslash at end of expression: ``")]
    [InlineData("(?=a)", "invalid or unsupported Perl syntax: `(?=`")]
    [InlineData("(?!a)", "invalid or unsupported Perl syntax: `(?!`")]
    [InlineData("(?<=a)", "invalid named capture: `(?<=a)`")]
    [InlineData("(?>a)", "invalid or unsupported Perl syntax: `(?>`")]
    [InlineData("(?P<n", "invalid named capture: `(?P<n`")]
    [InlineData("(?P<", "invalid or unsupported Perl syntax: `(?P`")]
    [InlineData("(?<", "invalid or unsupported Perl syntax: `(?<`")]
    public void Constructor_refuses_in_the_words_of_go(string pattern, string message) =>
        Assert.Equal("error parsing regexp: " + message, Assert.Throws<RegexSyntaxException>(() => new AnchoredRegex(pattern)).Message);

    [Fact]
    public void Constructor_bounds_size_and_depth()
    {
        Assert.StartsWith("error parsing regexp: expression too large", Assert.Throws<RegexSyntaxException>(() => new AnchoredRegex(string.Concat(Enumerable.Repeat("[a-z]{1000}", 300)))).Message);
        Assert.True(new AnchoredRegex(new string('(', 998) + "a" + new string(')', 998)).IsMatch("a"));
        Assert.StartsWith("error parsing regexp: expression nests too deeply", Assert.Throws<RegexSyntaxException>(() => new AnchoredRegex(new string('(', 999) + new string(')', 999))).Message);
        Assert.StartsWith("error parsing regexp: expression nests too deeply", Assert.Throws<RegexSyntaxException>(() => new AnchoredRegex(new string('(', 5000) + new string(')', 5000))).Message);
    }

    [Theory]
    [InlineData("a", "a")]
    [InlineData("b|a|a", "a,b")]
    [InlineData("a(b|c)d?", "ab,abd,ac,acd")]
    [InlineData("host[1-3]", "host1,host2,host3")]
    [InlineData("(?:^x$)|y", null)]
    [InlineData("^(x|y)$", "x,y")]
    [InlineData("a|", ",a")]
    [InlineData("a|b+", null)]
    [InlineData("(?i)ab", "AB,Ab,aB,ab")]
    [InlineData(".", null)]
    public void LiteralAlternatives_lists_what_can_match(string pattern, string? expected) =>
        Assert.Equal(expected, new AnchoredRegex(pattern).LiteralAlternatives is { } all ? string.Join(',', all.Order(StringComparer.Ordinal)) : null);

    [Theory]
    [InlineData("abc.*", "abc")]
    [InlineData("^ab+", "a")]
    [InlineData("(ab)c[de]f+", "abc")]
    [InlineData(".*x", "")]
    [InlineData("(?i)abc", "")]
    public void Prefix_is_what_all_matches_begin_with(string pattern, string expected) => Assert.Equal(expected, new AnchoredRegex(pattern).Prefix);

    [Fact]
    public void MatchesEverything_only_for_any_text()
    {
        Assert.True(new AnchoredRegex(".*").MatchesEverything);
        Assert.True(new AnchoredRegex("^(?:.*)$").MatchesEverything);
        Assert.False(new AnchoredRegex(".+").MatchesEverything);
        Assert.False(new AnchoredRegex("(?-s).*").MatchesEverything);
    }

    [Fact]
    public void IsMatch_of_an_expression_that_would_backtrack_ends()
    {
        Assert.False(new AnchoredRegex("(a+)+b").IsMatch(new string('a', 100_000)));
        Assert.False(new AnchoredRegex("(a|a)*(a|aa)*c").IsMatch(new string('a', 100_000)));
    }

    [Fact]
    public void Value_with_a_byte_that_is_no_utf8_is_seen_as_the_replacement_character()
    {
        Assert.True(new AnchoredRegex("a.").IsMatch("a\udcc5"));
        Assert.True(new AnchoredRegex("a[^b]").IsMatch("a\udcc5"));
        Assert.True(new AnchoredRegex("a.*").IsMatch("a\udcc5"));
    }

    [Fact]
    public void Choice_of_host_names_with_dots_is_not_too_large()
    {
        var regex = new AnchoredRegex(string.Join('|', Enumerable.Range(0, 1000).Select(i => $"10.0.{i / 250}.{i % 250}:9100")));

        Assert.True(regex.IsMatch("10.0.3.249:9100"));
        Assert.False(regex.IsMatch("10.0.4.0:9100"));
    }

    [Fact]
    public void Large_choice_of_texts_needs_no_engine()
    {
        var regex = new AnchoredRegex(string.Join('|', Enumerable.Range(0, 20_000).Select(i => $@"some-long-host-name-{i}\.example\.org")));

        Assert.True(regex.IsMatch("some-long-host-name-19999.example.org"));
        Assert.False(regex.IsMatch("some-long-host-name-20000.example.org"));
        Assert.Equal(20_000, regex.LiteralAlternatives!.Count);
    }
}

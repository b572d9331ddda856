using System.Text;
using Touchline.Scraping.Families;
using Touchline.Scraping.Linting;

namespace Touchline.Scraping.Tests.Linting;

public sealed class CardinalityLintTests
{
    [Theory]
    [InlineData("0b8e1c4e-4b6f-4c3a-9a75-1d2f3e4a5b6c", "UUIDs")]
    [InlineData("joe@example.org", "e-mail addresses")]
    [InlineData("https://example.org/a/b", "URLs")]
    [InlineData("/search?q=shoes", "URLs")]
    [InlineData("9f86d081884c7d65", "hashes")]
    [InlineData("1790000000", "numeric identifiers or times")]
    public void Values_that_are_different_for_everyone_are_found(string value, string kind)
    {
        var finding = Assert.Single(Check($"x{{a=\"{value}\"}} 1\n"));
        Assert.Equal($"values of label \"a\" look like {kind}, which are never the same twice: \"{value}\"", finding.Text);
    }

    [Theory]
    [InlineData("/api/v1/query")]
    [InlineData("200")]
    [InlineData("get")]
    [InlineData("node@5")]
    [InlineData("deadbeefdeadbeef")]
    [InlineData("eth0")]
    public void Ordinary_values_are_not(string value) => Assert.Empty(Check($"x{{a=\"{value}\"}} 1\n"));

    [Fact]
    public void Labels_with_many_values_and_families_with_many_series_are_found()
    {
        Assert.Empty(Check(Series(100)));
        Assert.Equal("label \"a\" has 101 values; more than 100 make a series for each", Assert.Single(Check(Series(101))).Text);
        Assert.Equal(
            ["1001 series; more than 1000 of one metric in one target are seldom wanted", "label \"a\" has 1001 values; more than 100 make a series for each"],
            Check(Series(1001)).Select(f => f.Text));
    }

    private static string Series(int count) => string.Concat(Enumerable.Range(0, count).Select(i => $"x{{a=\"v{i}\"}} 1\n"));

    private static IReadOnlyList<MetricFinding> Check(string body) => CardinalityLint.Check(FamilyTextParser.Parse(Encoding.UTF8.GetBytes(body)));
}

using CsCheck;
using Touchline.Tsdb.Index;

namespace Touchline.Tsdb.Tests.Index;

public sealed class PostingsTests
{
    private static readonly Gen<uint[]> Sorted = Gen.OneOf(Gen.UInt[0, 60], Gen.UInt[0, 5000]).Array[0, 80].Select(numbers => numbers.Distinct().Order().ToArray());

    [Fact]
    public void Set_operations_are_those_of_sets() =>
        Gen.Select(Sorted, Sorted, Sorted).Sample((a, b, c) =>
        {
            Assert.Equal(a.Intersect(b).Order(), Postings.Intersect(a, b));
            Assert.Equal(a.Except(b).Order(), Postings.Subtract(a, b));
            Assert.Equal(a.Union(b).Union(c).Order(), Postings.Union([a, b, c]));
        }, iter: 5000);

    [Theory]
    [InlineData("a|b|c", "a,b,c")]
    [InlineData("(a|b)", "a,b")]
    [InlineData("(?:a|b-1)", "a,b-1")]
    [InlineData("plain", "plain")]
    [InlineData("a|", "a,")]
    [InlineData("a.b", null)]
    [InlineData("(a)|(b)", null)]
    [InlineData("(?i)a", null)]
    [InlineData("a|b*", null)]
    public void Literal_choices_are_recognised(string pattern, string? literals)
    {
        Assert.Equal(literals is not null, RegexLiterals.TryParse(pattern, out var found));
        Assert.Equal(literals?.Split(',') ?? [], found);
    }
}

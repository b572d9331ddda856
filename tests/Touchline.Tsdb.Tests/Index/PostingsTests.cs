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
            Assert.Equal(a.Intersect(b).Order(), Postings.Intersect(a, b, default));
            Assert.Equal(a.Except(b).Order(), Postings.Subtract(a, b, default));
            Assert.Equal(a.Union(b).Union(c).Order(), Postings.Union([a, b, c], default));
        }, iter: 5000);

    [Fact]
    public void Union_of_long_lists_is_that_of_short_ones()
    {
        var even = Enumerable.Range(0, 10_000).Select(i => (uint)(2 * i)).ToArray();
        var thirds = Enumerable.Range(0, 10_000).Select(i => (uint)(3 * i)).ToArray();

        Assert.Equal(even.Union(thirds).Order(), Postings.Union([even, thirds, []], default));
    }

    [Fact]
    public void Set_operations_whose_caller_gave_up_stop()
    {
        var numbers = Enumerable.Range(0, 10_000).Select(i => (uint)i).ToArray();
        var cancelled = new CancellationToken(true);

        Assert.Throws<OperationCanceledException>(() => Postings.Intersect(numbers, numbers, cancelled));
        Assert.Throws<OperationCanceledException>(() => Postings.Subtract(numbers, numbers, cancelled));
        Assert.Throws<OperationCanceledException>(() => Postings.Union([numbers, numbers], cancelled));
    }

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

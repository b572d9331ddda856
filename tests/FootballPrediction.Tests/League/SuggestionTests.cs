using FootballPrediction.League;

namespace FootballPrediction.Tests.League;

public sealed class SuggestionTests
{
    private static readonly string[] Teams = ["Arsenal", "Aston Villa", "Brentford", "Man City", "Man United"];

    [Theory]
    [InlineData("Arsnal", "Arsenal")]
    [InlineData("arsenal", "Arsenal")]
    [InlineData("Brentofrd", "Brentford")]
    [InlineData("Man Citty", "Man City")]
    [InlineData("Aston", "Aston Villa")]
    public void A_slip_of_the_keyboard_finds_the_name_that_was_meant(string typed, string meant) =>
        Assert.Equal(meant, Suggestion.Nearest(typed, Teams));

    [Theory]
    [InlineData("Real Madrid")]
    [InlineData("")]
    [InlineData("x")]
    public void Something_else_finds_nothing(string typed) => Assert.Null(Suggestion.Nearest(typed, Teams));

    [Fact]
    public void Very_long_input_is_not_compared() => Assert.Null(Suggestion.Nearest(new string('a', 100_000), [new string('a', 100_000)]));
}

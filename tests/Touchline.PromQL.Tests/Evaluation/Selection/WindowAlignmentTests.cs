using Touchline.PromQL.Evaluation.Selection;
using Touchline.Storage;

namespace Touchline.PromQL.Tests.Evaluation.Selection;

public sealed class WindowAlignmentTests
{
    /// <summary>Hours up to 36,000, five minutes up to 72,000, samples behind; all in s, because the unit does not matter.</summary>
    private readonly SampleColumns _samples = new();

    public WindowAlignmentTests()
    {
        _samples.NoteAggregates(72_000, 300);
        _samples.NoteAggregates(36_000, 3600);
    }

    [Theory]
    // On the grid: as it is.
    [InlineData(36_300 + 300, 300, 36_300, 36_600)]
    [InlineData(7200, 3600, 3600, 7200)]
    [InlineData(40_200, 3000, 37_200, 40_200)]
    // Off the grid: the end moves back, the length becomes the nearest multiple.
    [InlineData(36_700, 300, 36_300, 36_600)]
    [InlineData(36_899, 700, 36_000, 36_600)]
    [InlineData(7199, 3600, 0, 3600)]
    // Shorter than an aggregate: one aggregate.
    [InlineData(36_610, 60, 36_300, 36_600)]
    [InlineData(10_000, 300, 3600, 7200)]
    // Among samples: as it is.
    [InlineData(80_001, 300, 79_701, 80_001)]
    // From aggregates to samples: the end stays, the start goes to the nearest place of the grid.
    [InlineData(72_100, 300, 71_700, 72_100)]
    [InlineData(72_290, 300, 72_000, 72_290)]
    // From coarse aggregates to fine ones.
    [InlineData(36_900, 1800, 36_000, 36_900)]
    [InlineData(36_900, 3600, 32_400, 36_900)]
    public void Window_lies_on_the_grid_of_the_aggregates_it_touches(long end, long range, long expectedStart, long expectedEnd)
    {
        Assert.Equal((expectedStart, expectedEnd), WindowAlignment.Align(_samples, end, range));
    }

    [Fact]
    public void Windows_of_rising_ends_never_go_back()
    {
        foreach (var range in (long[])[60, 300, 1000, 3600, 5000, 20_000])
        {
            var previous = (Start: long.MinValue, End: long.MinValue);
            for (var end = 20_000L; end < 80_000; end += 37)
            {
                var window = WindowAlignment.Align(_samples, end, range);
                Assert.True(window.End >= previous.End && window.End <= end, $"end {end}, range {range}");
                Assert.True(window.Start < window.End, $"end {end}, range {range}");
                Assert.True(end - window.Start <= range + 3 * 3600, $"end {end}, range {range}: {window}");
                previous = window;
            }
        }
    }
}

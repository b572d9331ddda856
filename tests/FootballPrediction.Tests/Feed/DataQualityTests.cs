using FootballPrediction.Feed;

namespace FootballPrediction.Tests.Feed;

public sealed class DataQualityTests
{
    [Fact]
    public void Parts_are_shares_and_the_score_is_their_mean()
    {
        DataQuality quality = DataQuality.Of(new QualityCounts(Ended: 20, Known: 16, InTime: 12, Messages: 50, Usable: 45));

        Assert.Equal(0.8, quality.Completeness!.Value, 12);
        Assert.Equal(0.75, quality.Timeliness!.Value, 12);
        Assert.Equal(0.9, quality.Validity!.Value, 12);
        Assert.Equal((0.8 + 0.75 + 0.9) / 3, quality.Score!.Value, 12);
    }

    [Fact]
    public void What_there_was_nothing_of_is_not_judged()
    {
        DataQuality quality = DataQuality.Of(new QualityCounts(0, 0, 0, Messages: 4, Usable: 2));

        Assert.Null(quality.Completeness);
        Assert.Null(quality.Timeliness);
        Assert.Equal(0.5, quality.Score);
        Assert.Null(DataQuality.Of(default).Score);
    }
}

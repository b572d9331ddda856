using Touchline.RemoteWrite.Sending.Shards;

namespace Touchline.RemoteWrite.Tests.Sending;

public sealed class ShardPlanTests
{
    [Fact]
    public void One_shard_suffices_where_it_keeps_up() =>
        Assert.Equal(1, new ShardPlan(1, 50).Next(1, 10, samplesIn: 10_000, samplesOut: 10_000, sendSeconds: 2, gathered: 0));

    [Fact]
    public void More_come_where_one_does_not_keep_up() =>
        // A thousand samples a second come in, and one shard that never rests sends 400.
        Assert.Equal(3, new ShardPlan(1, 50).Next(1, 10, samplesIn: 10_000, samplesOut: 4_000, sendSeconds: 10, gathered: 0));

    [Fact]
    public void What_has_gathered_counts() =>
        Assert.Equal(9, new ShardPlan(1, 50).Next(1, 10, samplesIn: 1000, samplesOut: 1000, sendSeconds: 5, gathered: 100_000));

    [Fact]
    public void Bounds_hold()
    {
        Assert.Equal(4, new ShardPlan(4, 50).Next(4, 10, 10, 10, 0.1, 0));
        Assert.Equal(5, new ShardPlan(1, 5).Next(1, 10, 1_000_000, 1000, 10, 1e9));
    }

    [Fact]
    public void Remote_that_is_away_changes_nothing()
    {
        var plan = new ShardPlan(1, 50);
        Assert.Equal(3, plan.Next(1, 10, 10_000, 4_000, 10, 0));
        Assert.Equal(3, plan.Next(3, 10, 10_000, 0, 0, 1_000_000));
    }

    [Fact]
    public void Fewer_are_kept_when_the_rush_is_over()
    {
        var plan = new ShardPlan(1, 50);
        var shards = plan.Next(1, 10, samplesIn: 1000, samplesOut: 1000, sendSeconds: 5, gathered: 200_000);
        for (var i = 0; i < 5; i++)
        {
            shards = plan.Next(shards, 10, samplesIn: 1000, samplesOut: 30_000, sendSeconds: 150, gathered: 0);
        }
        Assert.Equal(1, shards);
    }

    [Fact]
    public void Small_differences_change_nothing()
    {
        var plan = new ShardPlan(1, 50);
        var shards = plan.Next(1, 10, 10_000, 4_000, 10, 0);
        Assert.Equal(shards, plan.Next(shards, 10, 11_000, 4_000, 10, 0));
        Assert.Equal(shards, plan.Next(shards, 10, 9_000, 4_000, 10, 0));
    }
}

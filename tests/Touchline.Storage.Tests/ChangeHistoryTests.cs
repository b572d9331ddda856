namespace Touchline.Storage.Tests;

public sealed class ChangeHistoryTests
{
    [Fact]
    public void Nothing_changed_since_the_last_change()
    {
        var history = new ChangeHistory();
        history.Add(5);
        Assert.Equal(long.MaxValue, history.EarliestSince(history.Mark()));
    }

    [Fact]
    public void The_earliest_of_all_changes_since_the_mark_counts()
    {
        var history = new ChangeHistory();
        history.Add(1);
        var mark = history.Mark();
        history.Add(30);
        history.Add(20);
        var later = history.Mark();
        history.Add(40);
        Assert.Equal(20, history.EarliestSince(mark));
        Assert.Equal(40, history.EarliestSince(later));
    }

    [Fact]
    public void However_many_there_were_none_is_told_too_late()
    {
        var history = new ChangeHistory();
        var random = new Random(4);
        var changes = new List<(long Mark, long Time)>();
        for (var i = 0; i < 20_000; i++)
        {
            changes.Add((history.Mark(), i * 10L - random.Next(random.Next(10) == 0 ? 5000 : 20)));
            history.Add(changes[^1].Time);
        }
        var earliest = long.MaxValue;
        for (var i = changes.Count - 1; i >= 0; i--)
        {
            earliest = Math.Min(earliest, changes[i].Time);
            Assert.True(history.EarliestSince(changes[i].Mark) <= earliest, $"since change {i}");
            // What is recent is told to the change.
            Assert.True(i < changes.Count - 1000 || history.EarliestSince(changes[i].Mark) == earliest, $"since change {i}");
        }
    }
}

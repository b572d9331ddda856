using Touchline.Model;
using Touchline.Tsdb.Index;

namespace Touchline.Tsdb.Tests.Index;

public sealed class HeadIndexTests
{
    [Fact]
    public void Thousands_of_series_are_found_by_labels_and_by_pair()
    {
        var index = new HeadIndex();
        for (uint i = 1; i <= 5000; i++)
        {
            index.Add(i, Of(i));
        }
        Assert.Equal(5000, index.SeriesCount);
        for (uint i = 1; i <= 5000; i += 7)
        {
            var search = index.Search(Of(i));
            Assert.True(index.Next(ref search, Of(i), out var found));
            Assert.Equal(i, found);
            Assert.Equal(Of(i), index.LabelsOf(i));
            Assert.Equal([i], index.SeriesWith("id", $"{i}"));
        }
        Assert.Equal(500, index.SeriesWith("group", "3").Length);
        var missing = Of(6000);
        var none = index.Search(missing);
        Assert.False(index.Next(ref none, missing, out _));
        Assert.Empty(index.SeriesWith("group", "x"));
        Assert.Empty(index.SeriesWith("x", "3"));
    }

    [Fact]
    public void References_that_come_late_are_sorted_in()
    {
        var index = new HeadIndex();
        uint[] order = [5, 9, 2, 7, 1];
        foreach (var reference in order)
        {
            index.Add(reference, Of(reference * 10));
        }
        Assert.Equal([1, 2, 5, 7, 9], index.AllSeries());
        Assert.Equal([1, 2, 5, 7, 9], index.SeriesWith("group", "0"));
    }

    [Fact]
    public void Rebuilt_index_has_the_living_series_only()
    {
        var index = new HeadIndex();
        for (uint i = 1; i <= 100; i++)
        {
            index.Add(i, Of(i));
        }
        var rebuilt = index.Rebuild([10, 20, 31]);
        Assert.Equal([10, 20, 31], rebuilt.AllSeries());
        Assert.Equal(Of(31), rebuilt.LabelsOf(31));
        Assert.Equal([10, 20], rebuilt.SeriesWith("group", "0"));
        Assert.Empty(rebuilt.SeriesWith("id", "11"));
    }

    [Fact]
    public void Comparing_by_reference_is_comparing_labels()
    {
        var index = new HeadIndex();
        Labels[] labels =
        [
            Labels.Of("a", "1"), Labels.Of("a", "1", "b", "2"), Labels.Of("a", "10"), Labels.Of("b", "1"), Labels.Of("A", "9"), Labels.Of("a", "1", "c", "0"),
        ];
        for (uint i = 0; i < labels.Length; i++)
        {
            index.Add(i + 1, labels[i]);
        }
        for (uint i = 0; i < labels.Length; i++)
        {
            for (uint j = 0; j < labels.Length; j++)
            {
                Assert.Equal(Math.Sign(labels[i].CompareTo(labels[j])), Math.Sign(index.Compare(i + 1, j + 1)));
            }
        }
    }

    [Fact]
    public void Readers_need_no_lock_while_series_are_added()
    {
        var index = new HeadIndex();
        var writer = new Thread(() =>
        {
            for (uint i = 1; i <= 20_000; i++)
            {
                index.Add(i, Of(i));
            }
        });
        writer.Start();
        while (writer.IsAlive)
        {
            var all = index.AllSeries();
            for (var i = 0; i < all.Length; i += 997)
            {
                Assert.Equal(Of(all[i]), index.LabelsOf(all[i]));
            }
            var group = index.SeriesWith("group", "3");
            Assert.Equal(group.Order(), group);
        }
        writer.Join();
        Assert.Equal(20_000, index.AllSeries().Length);
    }

    private static Labels Of(uint i) => Labels.Of("__name__", "m", "id", $"{i}", "group", $"{i % 10}");
}

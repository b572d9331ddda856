using CsCheck;
using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Aggregates;

namespace Touchline.Tsdb.Tests.Aggregates;

public sealed class AggregationTests
{
    private const long FiveMinutes = AggregateWindow.FiveMinutes;
    private const long Hour = AggregateWindow.Hour;

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, FiveMinutes)]
    [InlineData(FiveMinutes, FiveMinutes)]
    [InlineData(FiveMinutes + 1, 2 * FiveMinutes)]
    [InlineData(-1, 0)]
    [InlineData(-FiveMinutes, -FiveMinutes)]
    [InlineData(-FiveMinutes - 1, -FiveMinutes)]
    public void Window_includes_its_end_and_not_its_start(long time, long end)
    {
        Assert.Equal(end, AggregateWindow.EndOf(time, FiveMinutes));
    }

    [Fact]
    public void Row_has_what_a_counter_needs()
    {
        var aggregates = Aggregate(FiveMinutes, (1000, 10), (60_000, 30), (120_000, 5), (180_000, 7), (240_000, 2), (300_000, 4));
        var row = Assert.Single(aggregates.Rows);
        Assert.Equal(
            new AggregateRow { Time = 300_000, FirstTime = 1000, First = 10, Last = 4, Min = 2, Max = 30, Sum = 58, Count = 6, Resets = 37 }, row);
    }

    [Fact]
    public void Not_a_number_is_no_extreme_unless_there_is_nothing_else()
    {
        var rows = Aggregate(FiveMinutes, (1, double.NaN), (2, 3), (3, double.NaN), (4, 1), (FiveMinutes + 1, double.NaN)).Rows;
        Assert.Equal((1, 3, 4), (rows[0].Min, rows[0].Max, rows[0].Count));
        Assert.True(double.IsNaN(rows[0].Sum));
        Assert.True(double.IsNaN(rows[1].Min) && double.IsNaN(rows[1].Max));
    }

    [Fact]
    public void Staleness_counts_where_nothing_follows_it_in_its_window()
    {
        var stale = StaleMarker.Value;
        var aggregates = Aggregate(
            FiveMinutes, (1, 1), (2, stale), (3, 2), (4, stale), (5, stale), (FiveMinutes + 1, stale), ((2 * FiveMinutes) + 1, stale), ((2 * FiveMinutes) + 2, 5));
        Assert.Equal([3, (2 * FiveMinutes) + 2], aggregates.Rows.Select(row => row.Time));
        Assert.Equal([4, FiveMinutes + 1], aggregates.StaleTimes);
        Assert.Equal(2, aggregates.Rows[0].Count);
    }

    [Fact]
    public void Hours_of_five_minutes_are_hours_of_samples()
    {
        Samples.Sample(samples =>
        {
            var fine = Aggregate(FiveMinutes, samples);
            var hours = new SeriesAggregates(Hour);
            Aggregation.OfAggregates(fine, long.MaxValue, hours);
            AssertSame(Aggregate(Hour, samples), hours);
        });
    }

    [Fact]
    public void Window_that_was_cut_in_two_becomes_one_again()
    {
        Gen.Select(Samples, Gen.Int[0, 200]).Sample((samples, cut) =>
        {
            cut = Math.Min(cut, samples.Length);
            var parts = new SeriesAggregates(FiveMinutes);
            foreach (var part in (SeriesAggregates[])[Aggregate(FiveMinutes, samples[..cut]), Aggregate(FiveMinutes, samples[cut..])])
            {
                parts.Rows.AddRange(part.Rows);
                parts.StaleTimes.AddRange(part.StaleTimes);
            }
            var whole = new SeriesAggregates(FiveMinutes);
            Aggregation.OfAggregates(parts, long.MaxValue, whole);
            AssertSame(Aggregate(FiveMinutes, samples), whole);
        });
    }

    [Fact]
    public void Columns_give_back_what_was_put_into_them()
    {
        Samples.Sample(samples =>
        {
            var aggregates = Aggregate(FiveMinutes, samples);
            var back = new SeriesAggregates(FiveMinutes);
            AggregateColumnSet.Of(aggregates, "a_total").AddTo(back);
            Assert.Equal(aggregates.Rows, back.Rows);
            Assert.Equal(aggregates.StaleTimes, back.StaleTimes);
        });
    }

    [Fact]
    public void Counter_without_resets_keeps_no_extremes_and_no_resets()
    {
        var columns = AggregateColumnSet.Of(Aggregate(FiveMinutes, [.. Enumerable.Range(0, 100).Select(i => ((long)i * 15_000, (double)i))]), "a_total");
        AggregateColumn[] stored = [.. Enum.GetValues<AggregateColumn>().Where(column => columns[column] is not null)];
        Assert.Equal([AggregateColumn.Count, AggregateColumn.First, AggregateColumn.Last, AggregateColumn.Span, AggregateColumn.Sum], stored);
    }

    [Theory]
    [InlineData("temperature", 2, false)]
    [InlineData("temperature_total", 2, true)]
    [InlineData("requests", 50, true)]
    public void Gauge_keeps_no_resets(string name, int fallsEvery, bool kept)
    {
        var columns = AggregateColumnSet.Of(
            Aggregate(FiveMinutes, [.. Enumerable.Range(0, 300).Select(i => ((long)i * 60_000, (double)(i % fallsEvery)))]), name);
        Assert.Equal(kept, columns[AggregateColumn.Resets] is not null);
    }

    [Fact]
    public void Histograms_are_kept_at_the_edges_and_on_both_sides_of_resets()
    {
        var samples = new SampleColumns();
        foreach (var (time, count) in (IEnumerable<(long, double)>)[(1, 5), (2, 6), (3, 7), (4, 2), (5, 3), (6, 4), (7, 9)])
        {
            samples.Add(time, new NativeHistogram { Count = count, Sum = count });
        }
        samples.Add(8, new NativeHistogram { Sum = StaleMarker.Value });
        var aggregates = new SeriesAggregates(FiveMinutes);
        Aggregation.OfSamples(samples, long.MaxValue, aggregates);
        Assert.Equal([1, 3, 4, 7], aggregates.Histograms.Select(kept => kept.Time));
        Assert.Equal([2, 2, 2, 1], aggregates.Histograms.Select(kept => kept.Count));
        Assert.Equal([8], aggregates.StaleTimes);
    }

    [Fact]
    public void Only_what_is_old_enough_is_aggregated()
    {
        var samples = new SampleColumns();
        for (var i = 0; i < 10; i++)
        {
            samples.Add(i * 60_000, i);
        }
        var aggregates = new SeriesAggregates(FiveMinutes);
        Assert.Equal(6, Aggregation.OfSamples(samples, FiveMinutes, aggregates));
        Assert.Equal([0, FiveMinutes], aggregates.Rows.Select(row => row.Time));
        Assert.Equal([1, 5], aggregates.Rows.Select(row => row.Count));
    }

    /// <summary>Whole numbers, so that sums do not depend on their order; markers and other NaNs among them.</summary>
    private static Gen<(long, double)[]> Samples { get; } =
        Gen.Select(Gen.Long[1, 400_000], Gen.Int[-20, 20]).Array[1, 200].Select(steps =>
        {
            var time = 0L;
            return steps.Select(step =>
            {
                time += step.Item1;
                return (time, step.Item2 switch { 20 => StaleMarker.Value, 19 => double.NaN, var value => value });
            }).ToArray();
        });

    private static SeriesAggregates Aggregate(long resolution, params (long Time, double Value)[] samples)
    {
        var columns = new SampleColumns();
        foreach (var (time, value) in samples)
        {
            columns.Add(time, value);
        }
        var aggregates = new SeriesAggregates(resolution);
        Assert.Equal(samples.Length, Aggregation.OfSamples(columns, long.MaxValue, aggregates));
        return aggregates;
    }

    private static void AssertSame(SeriesAggregates expected, SeriesAggregates actual)
    {
        Assert.Equal(expected.Rows, actual.Rows);
        Assert.Equal(expected.StaleTimes, actual.StaleTimes);
    }
}

using Touchline.Model;

namespace Touchline.Storage.Tests;

public sealed class SampleColumnsTests
{
    [Fact]
    public void Rows_survive_growth()
    {
        var columns = new SampleColumns();
        for (var i = 0; i < 1000; i++)
        {
            columns.Add(i, i * 0.5);
        }
        Assert.Equal(1000, columns.Count);
        Assert.Equal(999, columns.Timestamps[999]);
        Assert.Equal(499.5, columns.Values[999]);
        Assert.False(columns.HasHistograms);
        Assert.True(columns.Histograms.IsEmpty);
    }

    [Fact]
    public void Extend_hands_out_the_columns_behind_what_is_there()
    {
        var columns = new SampleColumns();
        columns.Add(1, 1);
        columns.Extend(500, out var times, out var values);
        times[499] = 42;
        values[499] = 4.2;
        Assert.Equal(501, columns.Count);
        Assert.Equal(42, columns.Timestamps[500]);
        Assert.Equal(1, columns.Timestamps[0]);
        columns.Truncate(1);
        Assert.Equal([1], columns.Timestamps.ToArray());
    }

    [Fact]
    public void Histogram_of_a_truncated_row_does_not_come_back_with_the_next_float()
    {
        var columns = new SampleColumns();
        columns.Add(1, new NativeHistogram());
        columns.Add(2, new NativeHistogram());
        columns.Truncate(1);
        columns.Add(2, 5.0);
        Assert.NotNull(columns.Histograms[0]);
        Assert.Null(columns.Histograms[1]);
    }

    [Fact]
    public void Clear_forgets_rows_and_histograms()
    {
        var columns = new SampleColumns();
        columns.Add(1, new NativeHistogram());
        columns.Clear();
        columns.Add(2, 5.0);
        Assert.False(columns.HasHistograms);
        Assert.Equal(1, columns.Count);
    }

    [Fact]
    public void Counts_are_one_for_rows_that_do_not_say()
    {
        var columns = new SampleColumns();
        columns.Add(1, 1.0);
        Assert.True(columns.Counts.IsEmpty);
        columns.Add(2, 2.0, count: 20);
        columns.Add(3, 3.0);
        columns.Extend(300, out _, out _);
        columns.Add(4, new NativeHistogram(), count: 7);
        Assert.Equal([1, 20, 1, 1], columns.Counts[..4].ToArray());
        Assert.Equal(1, columns.Counts[302]);
        Assert.Equal(7, columns.Counts[303]);
        columns.Truncate(1);
        columns.Add(2, 2.0);
        Assert.Equal([1, 1], columns.Counts.ToArray());
        columns.Clear();
        Assert.True(columns.Counts.IsEmpty);
    }

    [Fact]
    public void Resolution_at_a_time_is_the_coarsest_that_reaches_there()
    {
        var columns = new SampleColumns();
        Assert.False(columns.HasAggregates);
        columns.NoteAggregates(1000, 300);
        columns.NoteAggregates(600, 600);
        columns.NoteAggregates(900, 300);
        Assert.True(columns.HasAggregates);
        Assert.Equal(600, columns.ResolutionAt(600));
        Assert.Equal(300, columns.ResolutionAt(601));
        Assert.Equal(300, columns.ResolutionAt(1000));
        Assert.Equal(0, columns.ResolutionAt(1001));
        columns.Clear();
        Assert.False(columns.HasAggregates);
    }

    [Fact]
    public void A_meter_knows_of_all_rows_until_the_columns_are_cleared()
    {
        var meter = new Meter { Limit = long.MaxValue };
        var columns = new SampleColumns(meter);
        var histogram = new NativeHistogram { PositiveSpans = [new BucketSpan(0, 100)], PositiveBuckets = new double[100] };

        columns.Room(2000, out var times, out _);
        Assert.Equal((2000, 0), (times.Length, meter.Held));
        columns.Added(10);
        Assert.Equal((10, 10), (columns.Count, meter.Held));
        columns.Add(1, 1.0);
        Assert.InRange(meter.Held, 11, 13);
        columns.Add(2, histogram);
        Assert.InRange(meter.Held, 11 + histogram.SampleSize, 14 + histogram.SampleSize);
        columns.Truncate(11);
        Assert.InRange(meter.Held, 11, 14);
        columns.Clear();
        Assert.Equal(0, meter.Held);
    }

    [Fact]
    public void Columns_stay_as_they_were_where_the_meter_refuses()
    {
        var columns = new SampleColumns(new Meter { Limit = 100 });
        columns.Extend(90, out _, out _);

        Assert.Throws<InvalidOperationException>(() => columns.Extend(11, out _, out _));
        Assert.Throws<InvalidOperationException>(() => columns.Add(1, new NativeHistogram { CustomBounds = new double[200] }));

        Assert.Equal(90, columns.Count);
        Assert.False(columns.HasHistograms);
    }

    private sealed class Meter : ISampleMeter
    {
        public long Limit { get; init; }

        public long Held { get; private set; }

        public void Reserve(long samples)
        {
            if (Held + samples > Limit)
            {
                throw new InvalidOperationException("too much");
            }
            Held += samples;
        }

        public void Release(long samples) => Held -= samples;
    }
}

using CsCheck;
using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Query;

namespace Touchline.Tsdb.Tests.Query;

public sealed class SampleMergeTests
{
    private static readonly Gen<long[]> Times = Gen.Long[0, 40].Array[0, 30].Select(times => times.Distinct().Order().ToArray());

    [Fact]
    public void Two_runs_become_one_and_the_first_wins_where_both_have_a_time() =>
        Gen.Select(Times, Times, Gen.Int[0, 3]).Sample((first, second, before) =>
        {
            var rows = new SampleColumns();
            for (var i = 0; i < before; i++)
            {
                rows.Add(1000 + i, -1);
            }
            Array.ForEach(first, time => rows.Add(time, 1));
            foreach (var time in second)
            {
                if (time % 5 == 0)
                {
                    rows.Add(time, new NativeHistogram { Sum = time });
                }
                else
                {
                    rows.Add(time, 2);
                }
            }
            SampleMerge.Merge(rows, before, before + first.Length);
            Assert.Equal(Enumerable.Range(0, before).Select(i => 1000L + i).Concat(first.Union(second).Order()), rows.Timestamps.ToArray());
            for (var row = before; row < rows.Count; row++)
            {
                var time = rows.Timestamps[row];
                if (first.Contains(time))
                {
                    Assert.Equal(1, rows.Values[row]);
                }
                else if (time % 5 == 0)
                {
                    Assert.Equal(time, rows.Histograms[row]!.Sum);
                }
                else
                {
                    Assert.Equal(2, rows.Values[row]);
                }
            }
        });

    [Fact]
    public void What_a_merge_holds_for_a_moment_is_metered_and_let_go()
    {
        var meter = new CountingMeter();
        var rows = new SampleColumns(meter);
        for (var i = 0; i < 1000; i++)
        {
            rows.Add(i * 10, i);
        }
        var before = meter.Held;
        for (var i = 500; i < 1000; i++)
        {
            rows.Add((i * 10) + 5, i);
        }
        var merged = meter.Held;
        SampleMerge.Merge(rows, 0, 1000);
        Assert.True(meter.Peak >= merged + 1000, $"{meter.Peak} at most, {merged} before");
        // The rows before the first late one were not copied.
        Assert.True(meter.Peak < merged + 1500, $"{meter.Peak} at most, {merged} before");
        Assert.Equal(merged, meter.Held);
        rows.Clear();
        Assert.Equal(0, meter.Held);
        Assert.True(before >= 1000);
    }
}

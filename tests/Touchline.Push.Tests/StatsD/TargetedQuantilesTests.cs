using CsCheck;
using Touchline.Push.StatsD;

namespace Touchline.Push.Tests.StatsD;

public sealed class TargetedQuantilesTests
{
    private static readonly QuantileTarget[] Targets = [new(0.5, 0.05), new(0.9, 0.01), new(0.99, 0.001)];

    [Fact]
    public void Each_quantile_is_within_its_error_whatever_the_order()
    {
        const int Count = 20_000;
        Gen.Shuffle(Enumerable.Range(0, Count).ToArray()).Sample(
            values =>
            {
                var quantiles = new SlidingQuantiles(Targets, TimeSpan.FromMinutes(10), 5, default);
                foreach (var value in values)
                {
                    quantiles.Add(value, 1, default);
                }
                foreach (var ((quantile, value), target) in quantiles.Read(default).Zip(Targets))
                {
                    // The values are their own ranks. The bound is that of the rank, which is a little more at the rank that the answer may have.
                    var error = target.Error * 1.1;
                    Assert.InRange(value, (quantile - error) * Count - 1, (quantile + error) * Count + 1);
                }
            },
            iter: 10);
    }

    [Fact]
    public void Memory_does_not_grow_with_the_stream()
    {
        var sketch = new TargetedQuantiles(Targets);
        var random = new Random(1);
        for (var i = 0; i < 200_000; i++)
        {
            sketch.Add(random.NextDouble(), 1);
        }
        Assert.Equal(200_000, sketch.Count);
        Assert.Equal(200_000, sketch.Values.Sum(v => v.Width));
        Assert.InRange(sketch.Values.Count(), 1, 3000);
    }

    [Fact]
    public void A_weight_counts_as_that_many_values()
    {
        var quantiles = new SlidingQuantiles([new(0.5, 0.01)], TimeSpan.FromMinutes(10), 5, default);
        quantiles.Add(1, 1, default);
        quantiles.Add(2, 10, default);
        Assert.Equal(2, quantiles.Read(default)[0].Value);
    }
}

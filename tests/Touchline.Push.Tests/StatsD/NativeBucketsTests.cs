using CsCheck;
using Touchline.Model;
using Touchline.Push.StatsD;

namespace Touchline.Push.Tests.StatsD;

public sealed class NativeBucketsTests
{
    /// <summary>Resolutions that Prometheus's client library takes for factors.</summary>
    [Theory]
    [InlineData(1.1, 3)]
    [InlineData(1.001, 8)]
    [InlineData(2, 0)]
    [InlineData(1.99, 1)]
    [InlineData(4, -1)]
    [InlineData(1e300, -4)]
    public void Factor_is_the_widest_that_a_bucket_may_be(double factor, int schema) => Assert.Equal(schema, new NativeBuckets(new NativeShape(factor, 100)).Schema);

    [Fact]
    public void Every_value_lies_within_the_bounds_of_its_bucket() =>
        Gen.Select(Gen.Double[1e-30, 1e30], Gen.OneOf(Gen.Const(1.001), Gen.Const(1.1), Gen.Const(1.5), Gen.Const(2.0), Gen.Const(5.0), Gen.Const(7e4))).Sample((value, factor) =>
        {
            var buckets = new NativeBuckets(new NativeShape(factor, 100));
            buckets.Add(value, 1);
            var (index, schema) = (Index(buckets), buckets.Schema);
            // The bounds themselves are rounded.
            Assert.InRange(value, Math.Pow(2, (index - 1) * Math.Pow(2, -schema)) * (1 - 1e-12), Math.Pow(2, index * Math.Pow(2, -schema)) * (1 + 1e-12));
        });

    /// <summary>A bound belongs to the bucket below it, exactly.</summary>
    [Theory]
    [InlineData(1, 1.1, 0)]
    [InlineData(2, 1.1, 8)]
    [InlineData(0.5, 1.1, -8)]
    [InlineData(1.0000000000000002, 1.1, 1)]
    [InlineData(0.9999999999999999, 1.1, 0)]
    [InlineData(4, 4, 1)]
    [InlineData(4.000000000000001, 4, 2)]
    [InlineData(double.MaxValue, 1.1, 8192)]
    [InlineData(double.MaxValue, 65536, 64)]
    public void Bounds_belong_to_the_bucket_below(double value, double factor, int index)
    {
        var buckets = new NativeBuckets(new NativeShape(factor, 100));
        buckets.Add(value, 1);
        Assert.Equal(index, Index(buckets));
    }

    [Fact]
    public void However_many_values_come_buckets_stay_few_and_hold_all() =>
        Gen.Double[-1e6, 1e6].Array[1, 300].Sample(values =>
        {
            var buckets = new NativeBuckets(new NativeShape(1.01, 20));
            foreach (var value in values)
            {
                buckets.Add(value, 2);
            }
            var native = buckets.Read(values.Length * 2, values.Sum() * 2);
            Assert.Empty(HistogramRules.Problem(native));
            Assert.InRange(native.PositiveBuckets.Length + native.NegativeBuckets.Length, 0, 20);
        });

    /// <summary>Lower resolutions hold what they would hold had they been there from the start.</summary>
    [Fact]
    public void Halving_moves_counts_into_the_right_buckets() =>
        Gen.Double[1e-3, 1e3].Array[1, 60].Sample(values =>
        {
            var halved = new NativeBuckets(new NativeShape(1.01, 10));
            foreach (var value in values)
            {
                halved.Add(value, 1);
            }
            var coarse = new NativeBuckets(new NativeShape(Math.Pow(2, Math.Pow(2, -halved.Schema)) * 1.0001, 10_000));
            foreach (var value in values)
            {
                coarse.Add(value, 1);
            }
            Assert.Equal(halved.Schema, coarse.Schema);
            var (found, expected) = (halved.Read(values.Length, 0), coarse.Read(values.Length, 0));
            Assert.Equal(expected.PositiveSpans, found.PositiveSpans);
            Assert.Equal(expected.PositiveBuckets, found.PositiveBuckets);
        });

    private static int Index(NativeBuckets buckets) => Assert.Single(buckets.Read(1, 0).PositiveSpans).Offset;
}

using Touchline.PromQL.Evaluation.Numerics;

namespace Touchline.PromQL.Tests.Evaluation;

public sealed class QuantileTests
{
    [Fact]
    public void What_is_selected_is_what_sorting_gives()
    {
        var random = new Random(5);
        for (var round = 0; round < 3000; round++)
        {
            var values = new double[random.Next(1, round % 10 == 0 ? 3000 : 120)];
            var kind = random.Next(5);
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = kind switch
                {
                    0 => random.NextDouble(),
                    1 => random.Next(4), // Many are alike.
                    2 => i,
                    3 => -i,
                    _ => random.Next(10) switch { 0 => double.NaN, 1 => double.PositiveInfinity, 2 => double.NegativeInfinity, _ => random.NextDouble() },
                };
            }
            var q = random.Next(6) switch { 0 => 0, 1 => 1, 2 => 0.5, 3 => random.NextDouble() * 3 - 1, _ => random.NextDouble() };
            double[] sorted = [.. values.Order()];

            Assert.Equal(Quantile.OfSorted(q, sorted), Quantile.Of(q, values));
        }
    }
}

using Touchline.Model;

namespace Touchline.PromQL.Tests.Evaluation;

public sealed class TypeLabelTests
{
    [Theory]
    [InlineData("rate(a_total[1m])", null)]
    [InlineData("increase(b_total[1m])", "PromQL info: metric might not be a counter, __type__ label is not set to \"counter\", got \"gauge\": \"b_total\"")]
    [InlineData("rate(c_total[1m])", "PromQL info: metric might not be a counter, __type__ label is not set to \"counter\", got \"\": \"c_total\"")]
    [InlineData("rate(b_total[1m:10s])", "PromQL info: metric might not be a counter, __type__ label is not set to \"counter\", got \"gauge\": \"b_total\"")]
    [InlineData("rate((-b_total)[1m:10s])", null)]
    [InlineData("irate(b_total[1m])", null)]
    public void Type_and_not_name_tells_whether_a_metric_is_a_counter(string query, string? note)
    {
        var data = new TestData()
            .Series(Labels.Of("__name__", "a_total", "__type__", "counter"), 10_000, 1, 2, 3)
            .Series(Labels.Of("__name__", "b_total", "__type__", "gauge"), 10_000, 1, 2, 3)
            .Series(Labels.Of("__name__", "c_total"), 10_000, 1, 2, 3);
        using var engine = data.Engine(new PromQLOptions { Features = PromQLFeatures.TypeAndUnitLabels });

        Assert.Equal(note, engine.Query(query, 20_000, QueryLimits.Default, default).Annotations.SingleOrDefault()?.Message);
    }
}

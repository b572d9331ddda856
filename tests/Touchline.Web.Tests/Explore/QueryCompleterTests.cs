using Touchline.Model;
using Touchline.PromQL;
using Touchline.Storage.InMemory;
using Touchline.Web.Explore;
using Touchline.Web.Tests.Fakes;

namespace Touchline.Web.Tests.Explore;

public sealed class QueryCompleterTests
{
    private readonly InMemoryStore _store = new InMemoryStore()
        .Add(Labels.Of("__name__", "node_load1", "job", "node", "instance", "a"), 1000, 1)
        .Add(Labels.Of("__name__", "node_load15", "job", "node", "instance", "b"), 1000, 1)
        .Add(Labels.Of("__name__", "http_requests_total", "job", "api", "path", "C:\\\"x\""), 1000, 1)
        .Add(Labels.Of("__name__", "a.dotted-name"), 1000, 1);

    [Fact]
    public void Metrics_come_before_those_that_have_the_word_inside() =>
        Assert.Equal(["node_load1", "node_load15"], Complete("node_lo|").Items.Take(2).Select(i => i.Label));

    [Fact]
    public void Functions_bring_their_brackets_unless_they_are_there()
    {
        Assert.Contains(Complete("histogram_qu|").Items, i => i is { Insert: "histogram_quantile()", CaretBack: 1 });
        Assert.Contains(Complete("histogram_qu|(0.9, x)").Items, i => i is { Insert: "histogram_quantile", CaretBack: 0 });
    }

    [Fact]
    public void Experimental_functions_are_offered_only_where_they_are_enabled()
    {
        Assert.DoesNotContain(Complete("mad_over|").Items, i => i.Label == "mad_over_time");
        Assert.Contains(Complete("mad_over|", PromQLFeatures.ExperimentalFunctions).Items, i => i.Label == "mad_over_time");
    }

    [Fact]
    public void Label_names_are_those_of_the_metric() =>
        Assert.Equal(["instance", "job"], Complete("node_load1{|}").Items.Select(i => i.Label).Order());

    [Fact]
    public void A_label_name_brings_its_quotes_unless_an_operator_follows()
    {
        Assert.Equal("job=\"\"", Complete("node_load1{jo|}").Items[0].Insert);
        Assert.Equal("job", Complete("node_load1{jo|=\"x\"}").Items[0].Insert);
    }

    [Fact]
    public void Label_values_are_narrowed_by_the_rest_of_the_selector() =>
        Assert.Equal(["b"], Complete("node_load15{job=\"node\",instance=\"|\"}").Items.Select(i => i.Label));

    [Fact]
    public void Label_values_are_escaped() =>
        Assert.Equal("C:\\\\\\\"x\\\"", Assert.Single(Complete("http_requests_total{path=\"|\"}").Items).Insert);

    [Fact]
    public void Names_that_need_quotes_get_them() => Assert.Equal("{\"a.dotted-name\"}", Complete("dotted|").Items[0].Insert);

    [Fact]
    public void Grouping_offers_the_labels_of_the_metrics_in_use() =>
        Assert.Equal(["instance", "job"], Complete("sum by (|) (node_load1)").Items.Select(i => i.Label).Order());

    [Fact]
    public void Nothing_is_offered_in_a_comment() => Assert.Empty(Complete("# node|").Items);

    private CompletionList Complete(string query, PromQLFeatures features = PromQLFeatures.None) =>
        new QueryCompleter(_store, features).Complete(query.Replace("|", ""), query.IndexOf('|'), 0, long.MaxValue, TestContext.Current.CancellationToken);
}

using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Touchline.PromQL.Syntax;

namespace Touchline.PromQL.Tests.Syntax;

public sealed class ExprPrinterTests
{
    private const PromQLFeatures Usual = PromQLFeatures.ExperimentalFunctions | PromQLFeatures.DurationExpressions;

    // What Prometheus 3.5 prints of the same queries.
    [Theory]
    [InlineData("foo{}", "foo")]
    [InlineData("{\"foo\"}", "{__name__=\"foo\"}")]
    [InlineData("{\"foo.bar\", \"x.y\"='z'}", "{\"x.y\"=\"z\",__name__=\"foo.bar\"}")]
    [InlineData("{a=\"b\", \"x\"}", "{__name__=\"x\",a=\"b\"}")]
    [InlineData("foo{b='1',a='2'}", "foo{a=\"2\",b=\"1\"}")]
    [InlineData("SUM(foo)", "sum(foo)")]
    [InlineData("sum(foo) by (a, \"b.c\",)", "sum by (a, \"b.c\") (foo)")]
    [InlineData("sum by () (x)", "sum(x)")]
    [InlineData("sum without () (x)", "sum without () (x)")]
    [InlineData("topk(3, foo) by (a)", "topk by (a) (3, foo)")]
    [InlineData("a + on (b) group_left d", "a + on (b) group_left () d")]
    [InlineData("a / ignoring(x) d", "a / ignoring (x) d")]
    [InlineData("a and on() d", "a and on () d")]
    [InlineData("a>bool b", "a > bool b")]
    [InlineData("a ATAN2 b", "a atan2 b")]
    [InlineData("- -foo", "--foo")]
    [InlineData("--1", "1")]
    [InlineData("-1^2", "-1 ^ 2")]
    [InlineData("5m", "5m")]
    [InlineData("1y1d", "366d")]
    [InlineData("1_000", "1000")]
    [InlineData("0x1F", "31")]
    [InlineData("017", "15")]
    [InlineData("08", "8")]
    [InlineData("1.5_0", "1.5")]
    [InlineData("1e100", "10000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("inf", "+Inf")]
    [InlineData("foo @ 5m", "foo @ 300.000")]
    [InlineData("foo[5m] offset 3m @ end()", "foo[5m] @ end() offset 3m")]
    [InlineData("foo offset -1.5", "foo offset -1s500ms")]
    [InlineData("foo offset 0s", "foo")]
    [InlineData("foo[5m:]", "foo[5m:]")]
    [InlineData("foo[(5m+1m)*2:1m]", "foo[(5m + 1m) * 2:1m]")]
    [InlineData("foo offset -(5m)", "foo offset -5m")]
    [InlineData("'it\\'s'", "\"it's\"")]
    [InlineData("`a\\n`", "\"a\\\\n\"")]
    public void Print_writes_as_prometheus_does(string query, string expected) => Assert.Equal(expected, PromQLParser.Parse(query, Usual).ToString());

    // What Prometheus loses in printing is kept: without it the text would say something else.
    [Theory]
    [InlineData("a / ignoring() group_left(x) d", "a / ignoring () group_left (x) d")]
    [InlineData("info(foo, {})", "info(foo, {})")]
    [InlineData("a + fill(0) b", "a + fill (0) b")]
    [InlineData("foo[5m] anchored offset 1m", "foo[5m] anchored offset 1m")]
    public void Print_keeps_the_meaning(string query, string expected)
    {
        var printed = PromQLParser.Parse(query, PromQLFeatures.All).ToString();

        Assert.Equal(expected, printed);
        Assert.Equal(expected, PromQLParser.Parse(printed, PromQLFeatures.All).ToString());
    }

    // What Prometheus's format_query makes of the same queries.
    [Theory]
    [InlineData(
        "histogram_quantile(0.9, sum by (le, job, instance, something_else, another) (rate(http_request_duration_seconds_bucket{job=\"api\"}[5m])))",
        "histogram_quantile(\n  0.9,\n  sum by (le, job, instance, something_else, another) (\n    rate(http_request_duration_seconds_bucket{job=\"api\"}[5m])\n  )\n)")]
    [InlineData(
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa + bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb + cccccccccccc",
        "  aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa + bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\n+\n  cccccccccccc")]
    [InlineData(
        "-sum by (job, instance) (rate(node_cpu_seconds_total{mode!=\"idle\",job=\"node-exporter-with-long-name\"}[5m]) + rate(x[5m]))",
        "-sum by (job, instance) (\n  rate(node_cpu_seconds_total{job=\"node-exporter-with-long-name\",mode!=\"idle\"}[5m]) + rate(x[5m])\n)")]
    [InlineData("sum(foo)", "sum(foo)")]
    public void Pretty_breaks_lines_as_prometheus_does(string query, string expected) =>
        Assert.Equal(expected, ExprPrinter.Pretty(PromQLParser.Parse(query, Usual)));

    [Fact]
    public void Printed_query_is_read_back_as_the_same()
    {
        QueryGen.Expr.Sample(query =>
        {
            var expr = PromQLParser.Parse(query, PromQLFeatures.All);
            var again = PromQLParser.Parse(expr.ToString(), PromQLFeatures.All);
            var pretty = PromQLParser.Parse(ExprPrinter.Pretty(expr), PromQLFeatures.All);

            Assert.Equal(Normalized(expr), Normalized(again));
            Assert.Equal(Normalized(expr), Normalized(pretty));
        });
    }

    [Theory]
    [InlineData("a ^ Inf ^ b", "a ^ +Inf ^ b")]
    [InlineData("Inf ^ b", "+Inf ^ b")]
    public void Infinity_is_printed_with_a_sign_as_Prometheus_does(string query, string expected) =>
        Assert.Equal(expected, PromQLParser.Parse(query, Usual).ToString());

    /// <summary>
    /// The tree without positions. Printing sorts matchers, so their order does not count, and gives infinity a sign, which is read as one of what
    /// follows: a plus changes nothing, so it does not count either.
    /// </summary>
    private static string Normalized(Expr expr)
    {
        var json = JsonNode.Parse(ExprJsonTests.ToJson(expr), null, new JsonDocumentOptions { MaxDepth = 1000 })!;
        Sort(json);
        json = WithoutPlus(json)!;
        return json.ToJsonString(new JsonSerializerOptions { MaxDepth = 1000 });

        static void Sort(JsonNode? node)
        {
            switch (node)
            {
                case JsonObject fields:
                    foreach (var (name, value) in fields.ToList())
                    {
                        Sort(value);
                        if (name == "matchers")
                        {
                            fields[name] = new JsonArray([.. value!.AsArray().Select(m => m!.DeepClone()).OrderBy(m => m.ToJsonString(), StringComparer.Ordinal)]);
                        }
                    }
                    break;
                case JsonArray items:
                    items.ToList().ForEach(Sort);
                    break;
            }
        }

        static JsonNode? WithoutPlus(JsonNode? node) => node switch
        {
            JsonObject fields when (string?)fields["type"] == "unaryExpr" && (string?)fields["op"] == "+" => WithoutPlus(fields["expr"]),
            JsonObject fields => new JsonObject(fields.Select(field => KeyValuePair.Create(field.Key, WithoutPlus(field.Value)))),
            JsonArray items => new JsonArray([.. items.Select(WithoutPlus)]),
            _ => node?.DeepClone(),
        };
    }
}

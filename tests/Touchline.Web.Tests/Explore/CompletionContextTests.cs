using Touchline.Web.Explore;

namespace Touchline.Web.Tests.Explore;

public sealed class CompletionContextTests
{
    // The caret stands at the bar.
    [Theory]
    [InlineData("|", "Expression", "")]
    [InlineData("no|", "Expression", "no")]
    [InlineData("sum(ra|", "Expression", "ra")]
    [InlineData("sum(|)", "Expression", "")]
    [InlineData("1 + |", "Expression", "")]
    [InlineData("a / b|", "Expression", "b")]
    [InlineData("up |", "AfterExpression", "")]
    [InlineData("up of|", "AfterExpression", "of")]
    [InlineData("sum(up) b|", "AfterExpression", "b")]
    [InlineData("sum by (|", "Grouping", "")]
    [InlineData("sum by (ins|) (up)", "Grouping", "ins")]
    [InlineData("sum by (a, in|", "Grouping", "in")]
    [InlineData("sum by (a) (u|", "Expression", "u")]
    [InlineData("a * on (j|", "Grouping", "j")]
    [InlineData("up{|", "Matcher", "")]
    [InlineData("up{jo|}", "Matcher", "jo")]
    [InlineData("up{job=\"a\",|}", "Matcher", "")]
    [InlineData("up{job=\"|", "LabelValue", "")]
    [InlineData("up{job=\"no|\"}", "LabelValue", "no")]
    [InlineData("up{job=~'a|b'}", "LabelValue", "a")]
    [InlineData("up{job=|", "None", "")]
    [InlineData("rate(up[|", "Duration", "")]
    [InlineData("rate(up[5|])", "Duration", "5")]
    [InlineData("up offset |", "Duration", "")]
    [InlineData("# com|", "None", "")]
    [InlineData("up # no\n + u|", "Expression", "u")]
    [InlineData("label_replace(up, \"a|", "None", "")]
    [InlineData("12|", "None", "")]
    public void Kind_and_prefix_follow_from_what_stands_before_the_caret(string query, string kind, string prefix)
    {
        var context = CompletionContext.At(query.Replace("|", ""), query.IndexOf('|'));

        Assert.Equal(kind, context.Kind.ToString());
        Assert.Equal(prefix, context.Prefix);
    }

    [Fact]
    public void A_label_value_knows_its_label_and_what_the_selector_already_says()
    {
        const string Query = "sum(http_requests_total{job=\"api\",method!=\"GET\",code=\"\"})";

        var context = CompletionContext.At(Query, Query.IndexOf("\"\"", StringComparison.Ordinal) + 1);

        Assert.Equal("code", context.Label);
        Assert.Equal(["__name__=\"http_requests_total\"", "job=\"api\"", "method!=\"GET\""], context.Matchers.Select(m => m.ToString()));
    }

    [Fact]
    public void An_unfinished_pattern_narrows_nothing()
    {
        const string Query = "up{job=~\"(\",instance=\"";

        Assert.Equal(["__name__=\"up\""], CompletionContext.At(Query, Query.Length).Matchers.Select(m => m.ToString()));
    }

    [Fact]
    public void The_word_is_replaced_to_its_end()
    {
        var context = CompletionContext.At("sum(node_cpu)", 8);

        Assert.Equal((4, 12, "node"), (context.Start, context.End, context.Prefix));
    }

    [Fact]
    public void Grouping_knows_the_metrics_of_the_whole_query() =>
        Assert.Subset(CompletionContext.At("sum by () (rate(a[5m]) / b)", 8).Names.ToHashSet(), new HashSet<string> { "a", "b" });

    [Fact]
    public void No_text_makes_it_fail()
    {
        const string Text = "sum by (a) (rate(x{b=\"c\\\"d\",e=~'f'}[5m:1m] offset 1h)) or {\"é💥\"} # \"\n]})`";
        for (var length = 0; length <= Text.Length; length++)
        {
            for (var caret = 0; caret <= length; caret++)
            {
                var context = CompletionContext.At(Text[..length], caret);
                Assert.InRange(context.Start, 0, context.End);
                Assert.InRange(context.End, context.Start, length);
            }
        }
    }
}

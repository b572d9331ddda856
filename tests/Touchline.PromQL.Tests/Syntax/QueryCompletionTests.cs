using Touchline.PromQL.Syntax;

namespace Touchline.PromQL.Tests.Syntax;

public sealed class QueryCompletionTests
{
    // The caret is the bar.
    [Theory]
    [InlineData("|", CompletionKind.Expression, "", "")]
    [InlineData("ra|", CompletionKind.Expression, "ra", "ra")]
    [InlineData("ra|te_x + 1", CompletionKind.Expression, "rate_x", "ra")]
    [InlineData("rate(|", CompletionKind.Expression, "", "")]
    [InlineData("sum by (a) (fo|", CompletionKind.Expression, "fo", "fo")]
    [InlineData("topk(3, fo|)", CompletionKind.Expression, "fo", "fo")]
    [InlineData("foo |", CompletionKind.Operator, "", "")]
    [InlineData("foo of|", CompletionKind.Operator, "of", "of")]
    [InlineData("sum |", CompletionKind.Operator, "", "")]
    [InlineData("foo[5m] |", CompletionKind.Operator, "", "")]
    [InlineData("foo + |", CompletionKind.RightOperand, "", "")]
    [InlineData("foo > b|", CompletionKind.RightOperand, "b", "b")]
    [InlineData("foo{|", CompletionKind.MatcherLabel, "", "")]
    [InlineData("foo{jo|}", CompletionKind.MatcherLabel, "jo", "jo")]
    [InlineData("foo{a=\"b\", jo|", CompletionKind.MatcherLabel, "jo", "jo")]
    [InlineData("foo{job|=\"x\"}", CompletionKind.MatcherLabel, "job", "job")]
    [InlineData("foo{job |", CompletionKind.MatchOperator, "", "")]
    [InlineData("foo{job=|", CompletionKind.None, "", "")]
    [InlineData("foo{job=\"|", CompletionKind.LabelValue, "", "")]
    [InlineData("foo{job=\"ap|i\"}", CompletionKind.LabelValue, "api", "ap")]
    [InlineData("foo{job=~\"a|, x=\"y\"}", CompletionKind.LabelValue, "a", "a")]
    [InlineData("label_replace(foo, \"a|", CompletionKind.None, "", "")]
    [InlineData("foo[|", CompletionKind.Duration, "", "")]
    [InlineData("foo[5|", CompletionKind.DurationUnit, "", "")]
    [InlineData("foo[5m|]", CompletionKind.DurationUnit, "m", "m")]
    [InlineData("foo[5m:|]", CompletionKind.Duration, "", "")]
    [InlineData("foo offset |", CompletionKind.Duration, "", "")]
    [InlineData("foo offset 5|", CompletionKind.DurationUnit, "", "")]
    [InlineData("foo offset -5|", CompletionKind.DurationUnit, "", "")]
    [InlineData("1|", CompletionKind.None, "", "")]
    [InlineData("foo @ |", CompletionKind.None, "", "")]
    [InlineData("sum by (|", CompletionKind.GroupingLabel, "", "")]
    [InlineData("sum by (a, in|) (foo)", CompletionKind.GroupingLabel, "in", "in")]
    [InlineData("a / on (in|", CompletionKind.GroupingLabel, "in", "in")]
    [InlineData("foo # com|", CompletionKind.None, "", "")]
    [InlineData("foo{a=\"#\"} + |", CompletionKind.RightOperand, "", "")]
    [InlineData("foo # c\n+ ba|", CompletionKind.RightOperand, "ba", "ba")]
    public void At_tells_kind_replaced_text_and_what_is_typed(string text, CompletionKind kind, string replaced, string typed)
    {
        var (query, context) = Complete(text);

        Assert.Equal(kind, context.Kind);
        Assert.Equal(replaced, query[context.Replace.Start..context.Replace.End]);
        Assert.Equal(typed, context.Typed);
    }

    [Theory]
    [InlineData("foo{job=\"ap|\"}", "job", "foo")]
    [InlineData("foo{a=\"b\", job=\"ap|\", c=~\"d\"}", "job", "foo{a=\"b\",c=~\"d\"}")]
    [InlineData("{a=\"b\", \"x.y\"=\"|", "x.y", "{a=\"b\"}")]
    [InlineData("rate(foo:bar{__name__=\"|\"}[5m])", "__name__", "foo:bar")]
    public void Label_value_is_asked_of_the_other_matchers(string text, string label, string selector)
    {
        var (_, context) = Complete(text);

        Assert.Equal((label, selector), (context.Label, context.Selector));
    }

    [Fact]
    public void Grouping_label_is_asked_of_the_querys_metrics()
    {
        var (_, context) = Complete("sum by (in|, job) (rate(http_requests_total{code=\"500\"}[5m])) / on (x) other");

        Assert.Equal(["http_requests_total", "other"], context.Metrics);
    }

    [Fact]
    public void Experimental_words_are_offered_only_where_they_are_on()
    {
        static bool Offers(PromQLFeatures features, string word) => QueryCompletion.At("", 0, features).Words.Any(w => w.Text == word);

        Assert.False(Offers(PromQLFeatures.None, "mad_over_time"));
        Assert.True(Offers(PromQLFeatures.ExperimentalFunctions, "mad_over_time"));
        Assert.False(Offers(PromQLFeatures.None, "limitk"));
        Assert.True(Offers(PromQLFeatures.None, "rate"));
        Assert.True(Offers(PromQLFeatures.None, "topk"));
    }

    [Fact]
    public void At_never_throws_wherever_the_caret_stands()
    {
        const string Query = "sum by (a, \"b.c\") (rate(foo{x=~\"y|z\", 'q'!='r'}[5m:1m] offset -1h @ end())) / ignoring(w) group_left # c\n bar{";
        for (var length = 0; length <= Query.Length; length++)
        {
            for (var caret = 0; caret <= length; caret++)
            {
                var context = QueryCompletion.At(Query[..length], caret, PromQLFeatures.All);
                Assert.InRange(context.Replace.Start, 0, caret);
                Assert.InRange(context.Replace.End, caret, length);
            }
        }
    }

    private static (string Query, CompletionContext Context) Complete(string text)
    {
        // The caret's bar is the last one: alternations have bars too.
        var caret = text.LastIndexOf('|');
        var query = text.Remove(caret, 1);
        return (query, QueryCompletion.At(query, caret, PromQLFeatures.None));
    }
}

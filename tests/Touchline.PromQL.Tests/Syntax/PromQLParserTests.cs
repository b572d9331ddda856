using Touchline.Model;
using Touchline.PromQL.Syntax;

namespace Touchline.PromQL.Tests.Syntax;

public sealed class PromQLParserTests
{
    private const PromQLFeatures Usual = PromQLFeatures.ExperimentalFunctions | PromQLFeatures.DurationExpressions;

    // The errors of Prometheus 3.5 to the same queries.
    [Theory]
    [InlineData("", "unknown position: parse error: no expression found in input")]
    [InlineData(" ", "1:1: parse error: no expression found in input")]
    [InlineData("#c", "1:1: parse error: no expression found in input")]
    [InlineData("$", "1:1: parse error: unexpected character: '$'")]
    [InlineData("foo é", "1:5: parse error: unexpected character: 'é'")]
    [InlineData("foo bar", "1:5: parse error: unexpected identifier \"bar\"")]
    [InlineData("foo \"bar\"", "1:5: parse error: unexpected string \"\\\"bar\\\"\"")]
    [InlineData("a \"bbbbbbbbbbbbbbbbbbbbb\"", "1:3: parse error: unexpected string \"\\\"bbbbbbbbb\"...")]
    [InlineData("foo + * bar", "1:7: parse error: unexpected <op:*>")]
    [InlineData("foo = bar", "1:5: parse error: unexpected \"=\"")]
    [InlineData("bool", "1:1: parse error: unexpected <bool>")]
    [InlineData("sum foo", "1:5: parse error: unexpected identifier \"foo\"")]
    [InlineData("1 +", "1:4: parse error: unexpected end of input")]
    [InlineData("(", "1:2: parse error: unclosed left parenthesis")]
    [InlineData(")", "1:2: parse error: unexpected right parenthesis ')'")]
    [InlineData("foo]", "1:4: parse error: unexpected right bracket ']'")]
    [InlineData("(1]", "1:3: parse error: unexpected right bracket ']'")]
    [InlineData("foo !", "1:5: parse error: unexpected character after '!': '\ufffd'")]
    [InlineData("foo =~ bar", "1:5: parse error: unexpected character after '=': '~'")]
    [InlineData("foo{a", "1:6: parse error: unexpected end of input inside braces")]
    [InlineData("foo{a b}", "1:7: parse error: unexpected identifier \"b\" in label matching, expected label matching operator")]
    [InlineData("foo{a=b}", "1:7: parse error: unexpected identifier \"b\" in label matching, expected string")]
    [InlineData("foo{a=\"b\" \"c\"}", "1:11: parse error: unexpected string \"\\\"c\\\"\" in label matching, expected \",\" or \"}\"")]
    [InlineData("foo{a=\"b\",,}", "1:11: parse error: unexpected \",\" in label matching, expected identifier or \"}\"")]
    [InlineData("foo{1=\"b\"}", "1:5: parse error: unexpected character inside braces: '1'")]
    [InlineData("foo{a!b}", "1:6: parse error: unexpected character after '!' inside braces: 'b'")]
    [InlineData("foo{{a=\"b\"}}", "1:5: parse error: unexpected left brace '{'")]
    [InlineData("foo{a='b", "1:7: parse error: unterminated quoted string")]
    [InlineData("foo{a='\\q'}", "1:7: parse error: unknown escape sequence U+0071 'q'")]
    [InlineData("`a", "1:1: parse error: unterminated raw string")]
    [InlineData("\"\\400\"", "1:1: parse error: escape sequence is an invalid Unicode code point")]
    [InlineData("\"\\xg\"", "1:1: parse error: illegal character U+0067 'g' in escape sequence")]
    [InlineData("foo{a=~\"(\"}", "1:5: parse error: error parsing regexp: missing closing ): `(`")]
    [InlineData("{}", "1:1: parse error: vector selector must contain at least one non-empty matcher")]
    [InlineData("{a=\"\"}", "1:1: parse error: vector selector must contain at least one non-empty matcher")]
    [InlineData("foo{__name__=\"x\"}", "1:1: parse error: metric name must not be set twice: \"foo\" or \"x\"")]
    [InlineData("foo{\"a\"}", "1:1: parse error: metric name must not be set twice: \"foo\" or \"a\"")]
    [InlineData("sum by", "1:7: parse error: unexpected end of input in grouping opts, expected \"(\"")]
    [InlineData("sum by (a b)(x)", "1:11: parse error: unexpected identifier \"b\" in grouping opts, expected \",\" or \")\"")]
    [InlineData("sum by (1)(x)", "1:9: parse error: unexpected number \"1\" in grouping opts, expected label")]
    [InlineData("sum by (\"\") (x)", "1:9: parse error: invalid label name for grouping: \"\"")]
    [InlineData("sum(foo bar)", "1:9: parse error: unexpected identifier \"bar\" in aggregation")]
    [InlineData("sum()", "1:1: parse error: no arguments for aggregate expression provided")]
    [InlineData("topk(1,2,3)", "1:1: parse error: wrong number of arguments for aggregate expression provided, expected 2, got 3")]
    [InlineData("sum(1)", "1:5: parse error: expected type instant vector in aggregation expression, got scalar")]
    [InlineData("topk(\"a\", foo)", "1:6: parse error: expected type scalar in aggregation parameter, got string")]
    [InlineData("count_values(1, foo)", "1:14: parse error: expected type string in aggregation parameter, got scalar")]
    [InlineData("nope(1)", "1:1: parse error: unknown function with name \"nope\"")]
    [InlineData("rate(foo bar)", "1:10: parse error: unexpected identifier \"bar\"")]
    [InlineData("rate(foo[5m],)", "1:13: parse error: trailing commas not allowed in function call args")]
    [InlineData("topk(3, == foo)", "1:7: parse error: trailing commas not allowed in function call args")]
    [InlineData("rate(foo)", "1:6: parse error: expected type range vector in call to function \"rate\", got instant vector")]
    [InlineData("rate(foo[5m], 1)", "1:1: parse error: expected 1 argument(s) in call to \"rate\", got 2")]
    [InlineData("round()", "1:1: parse error: expected at least 1 argument(s) in call to \"round\", got 0")]
    [InlineData("round(foo,1,2)", "1:1: parse error: expected at most 2 argument(s) in call to \"round\", got 3")]
    [InlineData("info(foo, bar)", "1:11: parse error: expected label selectors only, got vector selector instead")]
    [InlineData("1 == 1", "1:3: parse error: comparisons between scalars must use BOOL modifier")]
    [InlineData("a + (1\n  == 1)", "2:3: parse error: comparisons between scalars must use BOOL modifier")]
    [InlineData("foo and bool bar", "1:5: parse error: bool modifier can only be used on comparison operators")]
    [InlineData("1 and 2", "1:1: parse error: set operator \"and\" not allowed in binary scalar expression")]
    [InlineData("a + on(x) 1", "1:1: parse error: vector matching only allowed between instant vectors")]
    [InlineData("a and on(x) group_left b", "1:1: parse error: no grouping allowed for \"and\" operation")]
    [InlineData("a + on(x) group_left(x) b", "1:3: parse error: label \"x\" must not occur in ON and GROUP clause at once")]
    [InlineData("a + on (x) group_left", "1:22: parse error: unexpected end of input in grouping opts, expected \"(\"")]
    [InlineData("\"a\" + 1", "1:1: parse error: binary expression must contain only scalar and instant vector types")]
    [InlineData("-foo[5m]", "1:1: parse error: unary expression only allowed on expressions of type scalar or instant vector, got \"range vector\"")]
    [InlineData("foo[5m", "1:7: parse error: unclosed left bracket")]
    [InlineData("foo[", "1:5: parse error: unexpected end of input in duration expression")]
    [InlineData("foo[x]", "1:5: parse error: unexpected character in duration expression: 'x'")]
    [InlineData("foo[]", "1:5: parse error: unexpected \"]\" in subquery selector, expected number or duration")]
    [InlineData("foo[0]", "1:5: parse error: duration must be greater than 0")]
    [InlineData("foo[-5m]", "1:5: parse error: duration must be greater than 0")]
    [InlineData("foo[5m 5m]", "1:8: parse error: unexpected duration \"5m\" in subquery or range, expected \":\" or \"]\"")]
    [InlineData("foo[5m:1m 2m]", "1:11: parse error: unexpected duration \"2m\" in subquery selector, expected \"]\"")]
    [InlineData("foo[5m][5m]", "1:8: parse error: ranges only allowed for vector selectors")]
    [InlineData("foo offset 5m[5m]", "1:14: parse error: no offset modifiers allowed before range")]
    [InlineData("foo @ 1[5m]", "1:8: parse error: no @ modifiers allowed before range")]
    [InlineData("\"foo\"[5m:1m]", "1:1: parse error: subquery is only allowed on instant vector, got string instead")]
    [InlineData("foo offset bar", "1:12: parse error: unexpected identifier \"bar\" in offset, expected number or duration")]
    [InlineData("foo offset 5m offset 3m", "1:1: parse error: offset may not be set multiple times")]
    [InlineData("1 offset 5m", "1:1: parse error: offset modifier must be preceded by an instant vector selector or range vector selector or a subquery")]
    [InlineData("foo @ bar", "1:7: parse error: unexpected identifier \"bar\" in @, expected timestamp")]
    [InlineData("foo @ 1 @ 2", "1:1: parse error: @ <timestamp> may not be set multiple times")]
    [InlineData("foo @ Inf", "1:1: parse error: timestamp out of bounds for @ modifier: +Inf")]
    [InlineData("foo @ 1e30", "1:1: parse error: timestamp out of bounds for @ modifier: 1000000000000000019884624838656.000000")]
    [InlineData("foo[5m/0]", "1:7: parse error: division by zero")]
    [InlineData("5m5m", "1:1: parse error: not a valid duration string: \"5m5m\"")]
    [InlineData("5.5m", "1:1: parse error: unknown unit \".\" in duration \"5.5m\"")]
    [InlineData("foo @ 100e(", "1:7: parse error: error parsing number: strconv.ParseFloat: parsing \"100e\": invalid syntax")]
    [InlineData("300y", "1:1: parse error: duration out of range")]
    [InlineData("1__0", "1:1: parse error: bad number or duration syntax: \"1__\"")]
    [InlineData("0x", "1:1: parse error: error parsing number: strconv.ParseFloat: parsing \"0x\": invalid syntax")]
    [InlineData("1e400", "1:1: parse error: error parsing number: strconv.ParseFloat: parsing \"1e400\": value out of range")]
    [InlineData("\"é\" bar", "1:6: parse error: unexpected identifier \"bar\"")]
    public void Parse_refuses_with_prometheus_words_and_position(string query, string message) =>
        Assert.Equal(message, Assert.Throws<PromQLSyntaxException>(() => PromQLParser.Parse(query, Usual)).Message);

    [Theory]
    [InlineData("limitk(1, foo)", "1:1: parse error: limitk() is experimental and must be enabled with --enable-feature=promql-experimental-functions")]
    [InlineData("info(foo)", "1:1: parse error: function \"info\" is not enabled")]
    [InlineData("foo[5m+1m]", "1:5: parse error: experimental duration expression is not enabled")]
    [InlineData("foo offset -(5m)", "1:14: parse error: experimental duration expression is not enabled")]
    [InlineData("foo[5m] smoothed", "1:9: parse error: unexpected identifier \"smoothed\"")]
    [InlineData("start()", "1:6: parse error: unexpected \"(\"")]
    [InlineData("a + fill(0) b", "1:13: parse error: unexpected identifier \"b\"")]
    public void Parse_without_the_feature_refuses(string query, string message)
    {
        var error = Assert.Throws<PromQLSyntaxException>(() => PromQLParser.Parse(query, PromQLFeatures.None)).Errors;
        Assert.Contains(message, error.Select(e => e.ToString()));
        PromQLParser.Parse(query, PromQLFeatures.All);
    }

    [Fact]
    public void Parse_reports_all_type_errors()
    {
        var error = Assert.Throws<PromQLSyntaxException>(() => PromQLParser.Parse("(1 == 1) + rate(foo) + sum(2)", Usual));

        Assert.Equal([(1, 4), (1, 17), (1, 28)], error.Errors.Select(e => (e.Line, e.Column)));
    }

    [Fact]
    public void Span_is_that_of_the_text()
    {
        const string Query = "sum by (a) (rate(foo{x=\"y\"}[5m] offset 1h)) / -bar";
        var binary = Assert.IsType<BinaryExpr>(PromQLParser.Parse(Query, Usual));
        var aggregate = Assert.IsType<AggregateExpr>(binary.Left);
        var call = Assert.IsType<Call>(aggregate.Operand);

        Assert.Equal(Query, Text(binary.Span));
        Assert.Equal("/", Text(binary.OperatorSpan));
        Assert.Equal("sum by (a) (rate(foo{x=\"y\"}[5m] offset 1h))", Text(aggregate.Span));
        Assert.Equal("rate(foo{x=\"y\"}[5m] offset 1h)", Text(call.Span));
        Assert.Equal("foo{x=\"y\"}[5m] offset 1h", Text(call.Arguments[0].Span));
        Assert.Equal("-bar", Text(binary.Right.Span));

        static string Text(TextSpan span) => Query[span.Start..span.End];
    }

    [Fact]
    public void Matching_is_settled_by_the_types()
    {
        Assert.Null(((BinaryExpr)PromQLParser.Parse("a + 1", Usual)).Matching);
        Assert.Equal(MatchCardinality.OneToOne, ((BinaryExpr)PromQLParser.Parse("a + b", Usual)).Matching!.Cardinality);
        Assert.Equal(MatchCardinality.ManyToMany, ((BinaryExpr)PromQLParser.Parse("a or b", Usual)).Matching!.Cardinality);
    }

    [Fact]
    public void Fills_are_read()
    {
        var matching = ((BinaryExpr)PromQLParser.Parse("a + on (x) fill_right(-1) fill_left(2) b", PromQLFeatures.All)).Matching!;

        Assert.Equal((2.0, -1.0), (matching.FillLeft, matching.FillRight));
        Assert.Equal("fill + fill", PromQLParser.Parse("fill + fill", PromQLFeatures.All).ToString());
    }

    [Fact]
    public void Selector_keeps_bytes_that_are_no_utf8() =>
        Assert.Equal("a\udcc5z", ((StringLiteral)PromQLParser.Parse("\"a\\xc5z\"", Usual)).Value);

    [Theory]
    [InlineData("(", ")")]
    [InlineData("-(", ")")]
    [InlineData("sum(", ")")]
    [InlineData("abs(", ")")]
    [InlineData("1 + (", ")")]
    [InlineData("1 ^ ", "")]
    [InlineData("- ", "")]
    public void Deep_nesting_is_refused_without_overflowing_the_stack(string open, string close)
    {
        var query = string.Concat(Enumerable.Repeat(open, 100_000)) + "x" + string.Concat(Enumerable.Repeat(close, 100_000));

        var error = Assert.Throws<PromQLSyntaxException>(() => PromQLParser.Parse(query, Usual));
        Assert.Contains("nested too deeply", error.Message);
    }

    [Fact]
    public void Long_chain_of_operators_is_refused_without_overflowing_the_stack() =>
        Assert.Contains("nested too deeply", Assert.Throws<PromQLSyntaxException>(() => PromQLParser.Parse(string.Join(" + ", Enumerable.Repeat("a", 200_000)), Usual)).Message);

    [Theory]
    [InlineData("(", ")", 5000)]
    [InlineData("-(", ")", 5000)]
    [InlineData("sum(", ")", 5000)]
    [InlineData("1 ^ ", "", 5000)]
    [InlineData("a + ", "", 15_000)]
    public void Deep_nesting_is_used_where_the_stack_is_deep_too(string open, string close, int levels)
    {
        var query = string.Concat(Enumerable.Repeat(open, levels)) + "x" + string.Concat(Enumerable.Repeat(close, levels));

        Assert.Equal(levels, PromQLParser.Use(query, Usual, expr => ExprPrinter.Print(expr).Split(open.Trim()).Length - 1));
    }

    [Fact]
    public void Nesting_beyond_every_stack_is_refused()
    {
        var query = string.Concat(Enumerable.Repeat("(", 100_000)) + "x" + string.Concat(Enumerable.Repeat(")", 100_000));

        var error = Assert.Throws<PromQLSyntaxException>(() => PromQLParser.Use(query, Usual, expr => expr));
        Assert.Contains("at most 20000 levels", error.Message);
    }

    [Fact]
    public void Nesting_below_the_limit_is_taken()
    {
        var query = string.Concat(Enumerable.Repeat("(", 240)) + "x" + string.Concat(Enumerable.Repeat(")", 240));

        Assert.Equal(query, PromQLParser.Parse(query, Usual).ToString());
        Assert.Equal(400, PromQLParser.Parse(string.Join(" or ", Enumerable.Repeat("a", 400)), Usual).ToString().Count(c => c == 'a'));
    }

    [Fact]
    public void Query_of_a_mebibyte_is_taken()
    {
        var alternatives = string.Join('|', Enumerable.Range(0, 100_000).Select(i => $"host{i:d6}"));

        var selector = (VectorSelector)PromQLParser.Parse($"up{{instance=~\"{alternatives}\"}}", Usual);
        Assert.Equal(100_000, selector.Matchers[0].Regex!.LiteralAlternatives!.Count);
    }

    [Fact]
    public void ParseSelector_takes_selectors_only()
    {
        Assert.Equal("up{job=\"x\"}", PromQLParser.ParseSelector("up{job='x'}").ToString());
        Assert.Equal([LabelNames.MetricName], PromQLParser.ParseSelector("{__name__=~\"a.*\"}").Matchers.Select(m => m.Name));
        Assert.Equal("1:3: parse error: unexpected \"[\"", Assert.Throws<PromQLSyntaxException>(() => PromQLParser.ParseSelector("up[5m]")).Message);
        Assert.Throws<PromQLSyntaxException>(() => PromQLParser.ParseSelector("{}"));
        Assert.Throws<PromQLSyntaxException>(() => PromQLParser.ParseSelector("1"));
    }

    [Fact]
    public void Durations_resolve_to_milliseconds()
    {
        var expr = PromQLParser.Parse("rate(foo[step() * 2] offset (range() / 2))[max(1h, 2m):min(step(), 10s) + 5s]", PromQLFeatures.All);

        Assert.Equal("rate(foo[2m] offset 30m)[1h:15s]", DurationResolver.Resolve(expr, 60_000, 3_600_000).ToString());
        var failure = Assert.Throws<PromQLEvaluationException>(() => DurationResolver.Resolve(expr, 0, 0));
        Assert.Equal("9:19: duration must be greater than 0", failure.Message);
    }
}

using System.Text;
using Touchline.Configuration.Probes.Expressions;

namespace Touchline.Configuration.Tests.Probes.Expressions;

public sealed class CelExpressionTests
{
    [Theory]
    [InlineData("body.n == 1", "{\"n\":1}", true)]
    [InlineData("body.n == 1", "{\"n\":2,\"n\":1}", true)]
    [InlineData("body.n == 1", "{\"n\":2}", false)]
    [InlineData("body.list.all(x, x.ok)", "{\"list\":[{\"ok\":true},{\"ok\":false}]}", false)]
    [InlineData("body.s.matches('^(?P<a>u)p$')", "{\"s\":\"up\"}", true)]
    [InlineData("1.0 in body.list && body.list[1] == 'x'", "{\"list\":[1,\"x\"]}", true)]
    public async Task Bodies_are_judged(string text, string body, bool expected)
    {
        var said = await Compile(text).EvaluateAsync(Encoding.UTF8.GetBytes(body), TestContext.Current.CancellationToken);
        Assert.Equal((expected, ""), (said.Value, said.Error));
    }

    [Theory]
    [InlineData("body.n == 1", "{}", "'n'")]
    [InlineData("body.n == 1", "[1]", "the body is a JSON array and no object")]
    [InlineData("body.n == 1", "", "JSON")]
    [InlineData("body.n == 1", "{\"n\":1}}", "invalid")]
    [InlineData("body.n == 1", "{\"n\":1e999}", "the number 1e999 is too large")]
    [InlineData("body.n", "{\"n\":1}", "the result is neither true nor false")]
    [InlineData("body.s.matches(body.s)", "{\"s\":\"(\"}", "missing")]
    public async Task Bodies_that_an_expression_says_nothing_of_are_told_why(string text, string body, string error)
    {
        var said = await Compile(text).EvaluateAsync(Encoding.UTF8.GetBytes(body), TestContext.Current.CancellationToken);
        Assert.Null(said.Value);
        Assert.Contains(error, said.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("body.n ==")]
    [InlineData("other.n == 1")]
    [InlineData("frobnicate(1)")]
    public void What_is_no_expression_about_body_is_refused(string text)
    {
        Assert.False(CelExpression.TryCompile(text, out var expression, out var error));
        Assert.Null(expression);
        Assert.NotEmpty(error);
    }

    [Theory]
    [InlineData("(", "true", ")")]
    [InlineData("!", "true", "")]
    [InlineData("[", "1", "]")]
    [InlineData("body.a + ", "body.a", "")]
    public void Long_expressions_do_not_exhaust_the_stack(string open, string middle, string close)
    {
        var most = (CelExpression.LongestText - middle.Length) / (open.Length + close.Length);
        Assert.True(CelExpression.TryCompile(Repeat(open, most) + middle + Repeat(close, most), out _, out _));
        Assert.False(CelExpression.TryCompile(Repeat(open, most + CelExpression.LongestText) + middle, out _, out var error));
        Assert.Equal("it is longer than 2000 characters", error);
    }

    /// <summary>It would be for hours, as the body has a hundred thousand items and the expression looks at all pairs of them.</summary>
    [Fact]
    public async Task Evaluation_ends_with_the_time_that_there_is()
    {
        var expression = Compile("body.l.all(x, body.l.all(y, body.l.all(z, x == y || x != y)))");
        var body = Encoding.UTF8.GetBytes($"{{\"l\":[{string.Join(',', Enumerable.Repeat("1", 100_000))}]}}");
        using (var time = new CancellationTokenSource(TimeSpan.FromMilliseconds(300)))
        {
            Assert.Null((await expression.EvaluateAsync(body, time.Token)).Value);
        }
        // The thread of the first has ended, or the second would have no turn.
        var said = await expression.EvaluateAsync("{\"l\":[]}"u8.ToArray(), TestContext.Current.CancellationToken);
        Assert.True(said.Value);
    }

    [Fact]
    public async Task Regular_expressions_take_linear_time()
    {
        var said = await Compile("body.s.matches('(a+)+$')").EvaluateAsync(
            Encoding.UTF8.GetBytes($"{{\"s\":\"{new string('a', 50_000)}!\"}}"), TestContext.Current.CancellationToken);
        Assert.False(said.Value);
    }

    [Fact]
    public async Task Large_bodies_are_refused()
    {
        var said = await Compile("body.n == 1").EvaluateAsync(new byte[CelExpression.LargestBodyBytes + 1], TestContext.Current.CancellationToken);
        Assert.Equal("the body is larger than the 1048576 bytes that an expression may look at", said.Error);
    }

    [Fact]
    public async Task Evaluations_at_once_do_not_disturb_each_other()
    {
        var expression = Compile("body.l.map(x, x * 2.0).exists(x, x == body.n)");
        await Parallel.ForAsync(0, 200, TestContext.Current.CancellationToken, async (i, cancellationToken) =>
        {
            var said = await expression.EvaluateAsync(Encoding.UTF8.GetBytes($"{{\"l\":[1,{i}],\"n\":{(i % 2 == 0 ? 2 * i : -1)}}}"), cancellationToken);
            Assert.Equal(i % 2 == 0, said.Value);
        });
    }

    private static CelExpression Compile(string text)
    {
        Assert.True(CelExpression.TryCompile(text, out var expression, out var error), error);
        return expression;
    }

    private static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));
}

using Touchline.Model;
using Touchline.PromQL.Scripts;

namespace Touchline.PromQL.Tests.Scripts;

public sealed class PromQLScriptTests
{
    [Fact]
    public void Load_expands_every_kind_of_value()
    {
        var load = Assert.IsType<LoadCommand>(Parse("""
            load 1m
                my_metric{env="prod"} 5 2+3x2 _ stale 1-1x1 -3x1 _x2 Inf .5e1
            """).Commands[0]);

        var series = Assert.Single(load.Series);
        Assert.Equal(60_000, load.IntervalMs);
        Assert.Equal(Labels.Of("__name__", "my_metric", "env", "prod"), series.Labels);
        Assert.Equal(
            [5, 2, 5, 8, double.NaN, double.NaN, 1, 0, -3, -3, double.NaN, double.NaN, double.PositiveInfinity, 5],
            series.Values.Select(v => v.Omitted ? double.NaN : v.Number));
        Assert.Equal([4, 10, 11], Enumerable.Range(0, series.Values.Count).Where(i => series.Values[i].Omitted));
        Assert.True(StaleMarker.Is(series.Values[5].Number));
    }

    [Fact]
    public void Load_reads_histograms_and_adds_their_increments()
    {
        var load = Assert.IsType<LoadCommand>(Parse("""
            load 1m
                h {{schema:1 sum:-3 count:22 z_bucket:2 z_bucket_w:0.1 offset:-1 buckets:[5 10 7] n_offset:2 n_buckets:[1] counter_reset_hint:gauge}} {{count:1 buckets:[1]}}+{{count:2 sum:1 offset:2 buckets:[2]}}x2
            """).Commands[0]);

        var values = load.Series[0].Values;
        Assert.Equal(4, values.Count);
        Assert.True(values[0].HintGiven);
        var first = values[0].Histogram!;
        Assert.Equal((1, -3.0, 22.0, 2.0, 0.1), (first.Schema, first.Sum, first.Count, first.ZeroCount, first.ZeroThreshold));
        Assert.Equal([new BucketSpan(-1, 3)], first.PositiveSpans);
        Assert.Equal([new BucketSpan(2, 1)], first.NegativeSpans);
        Assert.Equal(CounterResetHint.Gauge, first.CounterResetHint);
        Assert.Equal("{{count:5 sum:2 buckets:[1 0 4]}}", HistogramNotation.Format(values[3].Histogram!));
    }

    [Fact]
    public void Eval_reads_every_expectation()
    {
        var script = Parse("""
            eval instant at 5m foo{a="x"}
                expect warn msg: PromQL warning: something (1:1)
                expect info regex: .*thing
                expect ordered
                foo{a="x"} 1
                foo{a="y"} {{count:2}}

            eval range from 1m to 3m step 30s sum by (job) (foo)
                expect no_warn
                {job="a"} 1 _ 3

            eval_fail instant at 0 foo
                expected_fail_message no such thing

            eval instant at 1h "x"
                expect string `x`

            eval instant at 1m foo[1m]
                expect range vector from 10s to 1m step 10s
                foo 1 2 3

            eval instant at 0 1 + 1
                2
            """);

        var evals = script.Commands.Cast<EvalCommand>().ToList();
        Assert.Equal((300_000, true, 2), (evals[0].TimeMs, evals[0].Ordered, evals[0].Series.Count));
        Assert.Equal("PromQL warning: something (1:1)", evals[0].Warnings[0].Text);
        Assert.True(evals[0].Infos[0].Matches("some thing"));
        Assert.Equal((true, 60_000, 180_000, 30_000, true), (evals[1].IsRange, evals[1].StartMs, evals[1].EndMs, evals[1].StepMs, evals[1].NoWarnings));
        Assert.Equal("no such thing", evals[2].Failures[0].Text);
        Assert.Equal("x", evals[3].String);
        Assert.True(evals[4].ExpectsRangeVector);
        Assert.Equal(2, evals[5].Scalar);
        Assert.Equal(18, evals[4].Line);
    }

    [Theory]
    [InlineData("lod 5m", "s.test:1:1: invalid command \"lod 5m\"")]
    [InlineData("load five", "s.test:1:1: invalid interval \"five\", it should be a duration such as 5m")]
    [InlineData("load 5m\n    foo{a=} 1", "s.test:2:11: unexpected \"}\" in label set, expected string")]
    [InlineData("load 5m\n    foo 1 bar", "s.test:2:11: expected a number, \"stale\", \"_\" or a histogram")]
    [InlineData("load 5m\n  foo 1+2", "s.test:2:10: an increment needs a count: 1+2x3")]
    [InlineData("load 5m\n  foo {{cont:1}}", "s.test:2:7: bad histogram part \"cont:1\"")]
    [InlineData("eval instant at 5m foo\n  foo 1 2", "s.test:2:3: more than one value for an instant query; a range vector needs a line \"expect range vector from … to … step …\" before")]
    [InlineData("eval instant at 5m foo\n  expect wrn", "s.test:2:3: invalid expect line, it should be: expect fail|warn|info|no_warn|no_info|ordered [msg: <text>|regex: <pattern>]")]
    [InlineData("eval instant at 5m foo\n  expect warn\n  expect no_warn", "s.test:3:3: \"expect warn\" and \"expect no_warn\" exclude each other")]
    [InlineData("eval range from 5m to 1m step 1m foo", "s.test:1:1: the end (1m) is before the start (5m)")]
    [InlineData("load 5m\n  foo 1x99999999999", "s.test:2:9: expected a count below 10000000 behind x")]
    public void Parse_names_place_and_mistake(string text, string error) => Assert.Equal(error, Assert.Throws<PromQLScriptException>(() => Parse(text)).Message);

    [Theory]
    [MemberData(nameof(ScriptFiles.Shared), MemberType = typeof(ScriptFiles))]
    public void Shared_script_parses(string file) => Assert.NotEmpty(PromQLScript.Parse(file, ScriptFiles.ReadShared(file)).Commands);

    private static PromQLScript Parse(string text) => PromQLScript.Parse("s.test", text);
}

using System.Globalization;
using System.Text;
using CsCheck;
using Touchline.Push.StatsD;

namespace Touchline.Push.Tests.StatsD;

public sealed class StatsDLineParserTests
{
    private readonly StatsDFigures _figures = new();

    [Theory]
    [InlineData(StatsDTagStyles.All & ~StatsDTagStyles.DogStatsD, "foo:2|c|#a:b", "foo", "")]
    [InlineData(StatsDTagStyles.All & ~StatsDTagStyles.InfluxDB, "foo,a=b:2|c", "foo,a=b", "")]
    [InlineData(StatsDTagStyles.All & ~StatsDTagStyles.InfluxDB, "foo#a=b,c=d:2|c", "foo", "a=b c=d")]
    [InlineData(StatsDTagStyles.All & ~StatsDTagStyles.Librato, "foo#a=b:2|c", "foo#a=b", "")]
    [InlineData(StatsDTagStyles.All & ~StatsDTagStyles.SignalFX, "foo[a=b]:2|c", "foo[a=b]", "")]
    [InlineData(StatsDTagStyles.InfluxDB, "foo[a],c=d:2|c", "foo[a]", "c=d")]
    [InlineData(StatsDTagStyles.None, "foo,a#b[c=d]:2|c", "foo,a#b[c=d]", "")]
    public void Tags_of_a_style_that_is_off_stay_what_they_are(StatsDTagStyles styles, string line, string name, string labels)
    {
        var events = new List<StatsDEvent>();
        new StatsDLineParser(_figures, styles).Parse(Encoding.UTF8.GetBytes(line), events);
        var read = Assert.Single(events);
        Assert.Equal((name, labels), (read.Name, string.Join(' ', read.Labels.Select(label => $"{label.Name}={label.Value}"))));
    }

    [Theory]
    [InlineData("foo:2|c", "Counter foo{} 2")]
    [InlineData("foo:2|c|@0.1", "Counter foo{} 20")]
    [InlineData("foo:2|c|@0", "Counter foo{} 2")]
    [InlineData("foo:-2|c", "Counter foo{} -2")]
    [InlineData("foo:3|g", "Gauge foo{} 3")]
    [InlineData("foo:3|g|@0.2", "Gauge foo{} 3")]
    [InlineData("foo:+3|g", "Gauge foo{} 3 relative")]
    [InlineData("foo:-10|g", "Gauge foo{} -10 relative")]
    [InlineData("foo:200|ms", "Observer foo{} 0.2")]
    [InlineData("foo:200|h", "Observer foo{} 200")]
    [InlineData("foo:200|d", "Observer foo{} 200")]
    [InlineData("foo:0.01|d|@0.2|#tag1:bar,#tag2:baz", "Observer foo{tag1=bar,tag2=baz} 0.01 ×5")]
    [InlineData("foo:joe|s", "Set foo{} 0 joe")]
    [InlineData("foo#tag1=bar,tag2=baz:100|c", "Counter foo{tag1=bar,tag2=baz} 100")]
    [InlineData("foo,tag1=bar,tag2=baz:100|c", "Counter foo{tag1=bar,tag2=baz} 100")]
    [InlineData("foo#09digits=0,tag.with.dots=1:100|c", "Counter foo{_09digits=0,tag_with_dots=1} 100")]
    [InlineData("foo.[tag1=bar,tag2=baz]test:100|c", "Counter foo.test{tag1=bar,tag2=baz} 100")]
    [InlineData("foo.test[tag1=bar]:100|c", "Counter foo.test{tag1=bar} 100")]
    [InlineData("[tag1=bar]foo.test:100|c", "Counter foo.test{tag1=bar} 100")]
    [InlineData("foo.[]test:100|c", "Counter foo.test{} 100")]
    [InlineData("[tag1=bar,tag2=bazfoo.test:100|c", "Counter [tag1=bar,tag2=bazfoo.test{} 100")]
    [InlineData("tag1=bar,tag2=baz]foo.test:100|c", "Counter tag1=bar,tag2=baz]foo.test{} 100")]
    [InlineData("foo:100|c|#tag_without_a_value,tag:value,,", "Counter foo{tag=value} 100")]
    [InlineData("foo:100|c|@0.1|#tag1:foo:bar", "Counter foo{tag1=foo:bar} 1000")]
    [InlineData("foo:0.5:120:3000|ms|#a:b", "Observer foo{a=b} 0.0005;Observer foo{a=b} 0.12;Observer foo{a=b} 3")]
    [InlineData("foo:0.5:120|ms|@0.5", "Observer foo{} 0.0005 ×2;Observer foo{} 0.12 ×2")]
    [InlineData("foo:200|ms:300|ms:5|c|@0.1:6|g", "Observer foo{} 0.2;Observer foo{} 0.3;Counter foo{} 50;Gauge foo{} 6")]
    [InlineData("foo:1|c|@0.000000001|#a:b", "Counter foo{a=b} 999999999.9999999")]
    [InlineData("foo:1|h|@0.000000001", "Observer foo{} 1 ×1000000")]
    public void A_line_tells_events(string line, string events) => Assert.Equal(events, Events(line));

    [Theory]
    [InlineData("foo", StatsDError.MalformedLine)]
    [InlineData(":1|c", StatsDError.MalformedLine)]
    [InlineData("foo:1", StatsDError.MalformedComponent)]
    [InlineData("foo:1|c||", StatsDError.MalformedComponent)]
    [InlineData("foo:1|c|@0.1|#a:b|x", StatsDError.MalformedComponent)]
    [InlineData("foo:one|c", StatsDError.MalformedValue)]
    [InlineData("foo:NaN|c", StatsDError.MalformedValue)]
    [InlineData("foo:|c", StatsDError.MalformedValue)]
    [InlineData("foo:1|q", StatsDError.IllegalEvent)]
    [InlineData("foo:1:2|c", StatsDError.InvalidExtendedAggregateType)]
    [InlineData("foo#a=b:100|c|#c:d", StatsDError.MixedTaggingStyles)]
    [InlineData("foo,a=b:100|c|@0.1|#c:d", StatsDError.MixedTaggingStyles)]
    public void A_line_that_is_none_is_counted_by_what_is_wrong(string line, StatsDError error)
    {
        Assert.Equal("", Events(line));
        Assert.Equal(1, _figures.Errors(error));
    }

    [Fact]
    public void A_line_that_is_no_text_is_refused()
    {
        var events = new List<StatsDEvent>();
        new StatsDLineParser(_figures).Parse([(byte)'f', (byte)':', (byte)'1', (byte)'|', (byte)'c', (byte)'|', (byte)'#', (byte)'a', (byte)':', 0xc3, 0x28], events);
        Assert.Empty(events);
        Assert.Equal(1, _figures.Errors(StatsDError.MalformedLine));
    }

    [Fact]
    public void Whatever_comes_nothing_throws() =>
        Gen.Byte.Array[0, 60].Sample(bytes =>
        {
            // Bytes that mean something come more often than chance has them.
            var line = bytes.Select(b => b < 200 ? (byte)":|#@,=[]c.msg019"[b % 16] : b).ToArray();
            new StatsDLineParser(new StatsDFigures()).Parse(line, []);
        });

    [Theory]
    [InlineData("clean", "clean")]
    [InlineData("0starts_with_digit", "_0starts_with_digit")]
    [InlineData("with--doubledash", "with_doubledash")]
    [InlineData("with---multiple-dashes", "with_multiple_dashes")]
    [InlineData("with😱emoji", "with_emoji")]
    [InlineData("with.*.multiple", "with___multiple")]
    [InlineData("", "")]
    public void Names_become_those_of_Prometheus(string name, string escaped) => Assert.Equal(escaped, StatsDNames.Escape(name));

    private string Events(string line)
    {
        var events = new List<StatsDEvent>();
        new StatsDLineParser(_figures).Parse(Encoding.UTF8.GetBytes(line), events);
        return string.Join(';', events.Select(e => string.Create(
            CultureInfo.InvariantCulture,
            $"{e.Type} {e.Name}{{{string.Join(',', e.Labels.Select(l => $"{l.Name}={l.Value}"))}}} {e.Value}{(e.IsRelative ? " relative" : "")}{(e.Times > 1 ? $" ×{e.Times}" : "")}{(e.Type == StatsDType.Set ? " " + e.Member : "")}")));
    }
}

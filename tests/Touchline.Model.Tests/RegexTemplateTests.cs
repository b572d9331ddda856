using Touchline.Model;

namespace Touchline.Model.Tests;

public sealed class RegexTemplateTests
{
    [Theory]
    [InlineData("(.*):(.*)", "host:9100", "$1", "host")]
    [InlineData("(.*):(.*)", "host:9100", "${2}-$1", "9100-host")]
    [InlineData("(.*):(.*)", "host:9100", "$1x", "")]
    [InlineData("(.*):(.*)", "host:9100", "${1}x", "hostx")]
    [InlineData("(.*):(.*)", "host:9100", "$0", "host:9100")]
    [InlineData("(.*):(.*)", "host:9100", "$3", "")]
    [InlineData("(.*):(.*)", "host:9100", "a$$b", "a$b")]
    [InlineData("(.*):(.*)", "host:9100", "a$", "a$")]
    [InlineData("(.*):(.*)", "host:9100", "$-${", "$-${")]
    [InlineData("(.*):(.*)", "host:9100", "${1", "${1")]
    [InlineData("(?P<host>.*):(\\d+)", "host:9100", "$host/$2/$1", "host/9100/host")]
    [InlineData("(\\d)(?P<n>x)(y)", "1xy", "$1$2$3$4$n", "1xyx")]
    [InlineData("(?<n>a)|(b)", "b", "[$n$1][$2]", "[][b]")]
    [InlineData("(?P<n>a)(?P<n>b)", "ab", "$n", "a")]
    public void Expand_takes_groups_as_go_does(string pattern, string value, string template, string expected)
    {
        var match = new AnchoredRegex(pattern).Match(value);

        Assert.True(match.Success);
        Assert.Equal(expected, RegexTemplate.Expand(template, match));
    }
}

using Touchline.Model;

namespace Touchline.Configuration.Tests;

public sealed class TargetGroupFileTests
{
    [Theory]
    [InlineData("t.json", "[\n\t{\"targets\": [\"a:1\", \"b:2\"], \"labels\": {\"env\": \"pr\\u00f6d \\ud83d\\ude00\"}},\n\t{\"targets\": []}\n]")]
    [InlineData("t.yml", "- targets: ['a:1', b:2]\n  labels: { env: 'pröd 😀' }\n- targets: []\n")]
    public void Groups_are_read_from_json_and_yaml_alike(string name, string text)
    {
        var result = TargetGroupFile.Parse(text, name);

        Assert.Empty(result.Diagnostics);
        Assert.Equal(2, result.Groups!.Count);
        Assert.Equal(["a:1", "b:2"], result.Groups[0].Targets);
        Assert.Equal(Labels.Of("env", "pröd 😀"), result.Groups[0].Labels);
    }

    [Theory]
    [InlineData("t.json", "[{\"targets\": [\"a:1\"]},\n {\"target\": [\"a:1\"]}]", 2, 3, "did you mean targets?")]
    [InlineData("t.json", "[{\"targets\": \"a:1\"}]", 1, 14, "cannot unmarshal !!str `a:1` into []string")]
    [InlineData("t.json", "[{\"targets\": [\"a:1\"]}", 1, 22, "json:")]
    [InlineData("t.json", "[] []", 1, 4, "json:")]
    [InlineData("t.json", "", 1, 1, "json:")]
    [InlineData("t.json", "{\"targets\": []}", 1, 1, "the file is a list of groups")]
    [InlineData("t.json", "[null]", 1, 2, "nil target group item found")]
    [InlineData("t.yml", "- targets: [a:1]\n  labels: { '': x }", 2, 13, "not a valid label name")]
    [InlineData("t.yml", "- targets: [a:1\n", 2, 1, "yaml:")]
    public void Bad_file_is_unusable_as_a_whole(string name, string text, int line, int column, string message)
    {
        var result = TargetGroupFile.Parse(text, name);

        Assert.Null(result.Groups);
        var finding = Assert.Single(result.Diagnostics);
        Assert.Contains(message, finding.Message, StringComparison.Ordinal);
        Assert.Equal((line, column), (finding.Line, finding.Column));
    }

    [Fact]
    public void Deep_json_is_refused()
    {
        Assert.Null(TargetGroupFile.Parse(new string('[', 100_000), "t.json").Groups);
    }

    [Fact]
    public void Empty_yaml_file_lists_nothing()
    {
        Assert.Empty(TargetGroupFile.Parse("# none yet\n", "t.yml").Groups!);
    }
}

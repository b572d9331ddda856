using System.Text.RegularExpressions;

namespace Touchline.Configuration.Tests;

/// <summary>
/// Whole files, good and bad. A bad file says what must be found in it, in lines "# expect LINE:COLUMN part of the message" (the
/// position may be left out). The real promtool's verdict on the same files is compared in the differential tests.
/// </summary>
public sealed partial class CorpusTests
{
    public static TheoryData<string> Good => Files("good");

    public static TheoryData<string> Bad => Files("bad");

    [Theory]
    [MemberData(nameof(Good))]
    public void Good_file_loads_strictly_without_an_error(string name)
    {
        var result = PrometheusConfigLoader.Load(Fixture.Path($"good/{name}"), strict: true);

        Assert.DoesNotContain(result.Diagnostics, d => d.Severity == ConfigSeverity.Error);
        Assert.NotNull(result.Config);
    }

    [Theory]
    [MemberData(nameof(Good))]
    public void Good_file_reads_back_as_itself(string name)
    {
        var config = PrometheusConfigLoader.Load(Fixture.Path($"good/{name}"), strict: true).Config!;
        var yaml = PrometheusConfigWriter.ToYaml(config);

        var again = PrometheusConfigLoader.Parse(yaml, config.FileName, strict: true);

        Assert.DoesNotContain(again.Diagnostics, d => d.Severity == ConfigSeverity.Error);
        Assert.Equal(yaml, PrometheusConfigWriter.ToYaml(again.Config!));
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public void Bad_file_is_refused_with_every_finding_at_its_place(string name)
    {
        var path = Fixture.Path($"bad/{name}");

        var result = PrometheusConfigLoader.Load(path, strict: true);

        Assert.Null(result.Config);
        var found = string.Join('\n', result.Diagnostics);
        var expected = Expectation().Matches(File.ReadAllText(path));
        Assert.NotEmpty(expected);
        foreach (Match expectation in expected)
        {
            var (position, message) = (expectation.Groups[1].Value, expectation.Groups[2].Value);
            Assert.True(
                result.Diagnostics.Any(d => d.Message.Contains(message, StringComparison.Ordinal) && (position.Length == 0 || position == $"{d.Line}:{d.Column}")),
                $"missing: {expectation.Value}\nfound:\n{found}");
        }
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public void Bad_file_never_throws_and_always_says_something_where_lenient(string name)
    {
        var result = PrometheusConfigLoader.Load(Fixture.Path($"bad/{name}"), strict: false);

        Assert.NotEmpty(result.Diagnostics);
    }

    private static TheoryData<string> Files(string folder) =>
        new(Directory.GetFiles(Fixture.Path(folder), "*.yml").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));

    [GeneratedRegex(@"^# expect (?:(\d+:\d+) )?(.*)$", RegexOptions.Multiline)]
    private static partial Regex Expectation();
}

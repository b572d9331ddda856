using System.Text.Json;
using Touchline.EndToEnd.Running;

namespace Touchline.EndToEnd;

/// <summary><c>touchline check config</c>: all findings at once; 0 with none, 1 with some, 2 where it could not run.</summary>
public sealed class CheckConfigTests
{
    private const string Bad = """
        global:
          scrape_intervall: 15s
          evaluation_interval: often
        scrape_configs:
          - job_name: api
            scrape_interval: 10
            static_configs: [{ targets: ["localhost:8000"] }]
            relabel_configs: [{ action: replac, source_labels: [a], target_label: b }]
          - job_name: api
            metric_relabel_configs: [{ regex: "(", action: drop }]
        """;

    private static readonly string Fixtures = Path.Combine(AppContext.BaseDirectory, "Fixtures");

    [Fact]
    public async Task File_without_a_finding_exits_with_0()
    {
        using var folder = new TemporaryFolder();

        var ended = await TouchlineProgram.RunAsync(folder.Path, "check", "config", Path.Combine(Fixtures, "prometheus-simple.yml"));

        Assert.Equal(0, ended.ExitCode);
        Assert.EndsWith("fine, 6 jobs", Assert.Single(ended.Output), StringComparison.Ordinal);
        Assert.Empty(ended.Errors);
    }

    [Fact]
    public async Task Unknown_keys_are_warnings_with_their_place_and_exit_with_1()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(Fixtures, "prometheus-fixed.yml");

        var ended = await TouchlineProgram.RunAsync(folder.Path, "check", "config", file);

        Assert.Equal(1, ended.ExitCode);
        Assert.Equal(
            [$"{file}:68:5:", $"{file}:69:5:", $"{file}:70:5:"],
            ended.Output.Where(line => line.Contains("warning: field ", StringComparison.Ordinal)).Select(line => line[..(file.Length + 6)]));
        // Its rules lie on the team's own machine.
        Assert.Contains(ended.Output, line => line.StartsWith($"{file}:13:5: warning: no rule file matches \"/etc/prometheus/rules/*.yml\"", StringComparison.Ordinal));
        Assert.EndsWith("0 errors, 4 warnings; 6 jobs usable", ended.Output[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_finding_is_listed_at_once_with_what_was_meant()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("bad.yml", Bad);

        var ended = await TouchlineProgram.RunAsync(folder.Path, "check", "config", file);

        Assert.Equal(1, ended.ExitCode);
        AssertFinding(ended, $"{file}:2:3:", "scrape_intervall", "did you mean scrape_interval?");
        AssertFinding(ended, $"{file}:3:24:", "often");
        AssertFinding(ended, $"{file}:6:22:", "did you mean 10s?");
        AssertFinding(ended, $"{file}:8:", "\"replac\"", "did you mean replace?");
        AssertFinding(ended, $"{file}:9:15:", "api", ":5");
        AssertFinding(ended, $"{file}:10:39:", "(");
        Assert.EndsWith("5 errors, 3 warnings; 0 jobs usable", ended.Output[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_says_the_same_to_programs()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("bad.yml", Bad);

        var ended = await TouchlineProgram.RunAsync(folder.Path, "check", "config", "--json", file);

        Assert.Equal(1, ended.ExitCode);
        var findings = JsonElement.Parse(ended.OutputText)[0].GetProperty("findings").EnumerateArray().ToList();
        Assert.Equal([2, 3, 5, 6, 8, 9, 9, 10], findings.Select(f => f.GetProperty("line").GetInt32()));
        Assert.All(findings, f => Assert.Equal(file, f.GetProperty("file").GetString()));
    }

    [Theory]
    [InlineData("scrape_configs:\n\t- job_name: tab\n", ":2:")]
    [InlineData("global: {\n", ":")]
    [InlineData("just a text\n", ":1:1:")]
    public async Task Malformed_yaml_is_an_error_at_its_place(string yaml, string place)
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("malformed.yml", yaml);

        var ended = await TouchlineProgram.RunAsync(folder.Path, "check", "config", file);

        Assert.Equal(1, ended.ExitCode);
        Assert.StartsWith(file + place, ended.Output[0], StringComparison.Ordinal);
        Assert.Contains("error", ended.Output[0], StringComparison.Ordinal);
        Assert.EndsWith("nothing usable", ended.Output[^1], StringComparison.Ordinal);
        var started = await TouchlineProgram.RunAsync(folder.Path, "--config.file=" + file, "--web.listen-address=127.0.0.1:0");
        Assert.Equal(2, started.ExitCode);
        Assert.Contains(file + place, started.ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_file_exits_with_2_and_the_others_are_checked()
    {
        using var folder = new TemporaryFolder();

        var ended = await TouchlineProgram.RunAsync(folder.Path, "check", "config", "nowhere.yml", Path.Combine(Fixtures, "prometheus-simple.yml"));

        Assert.Equal(2, ended.ExitCode);
        Assert.Equal("touchline: nowhere.yml: there is no such file", Assert.Single(ended.Errors));
        Assert.Single(ended.Output);
    }

    private static void AssertFinding(EndedRun ended, string place, params string[] words) => Assert.Contains(
        ended.Output, line => line.StartsWith(place, StringComparison.Ordinal) && words.All(word => line.Contains(word, StringComparison.Ordinal)));
}

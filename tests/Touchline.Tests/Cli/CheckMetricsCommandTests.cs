using System.CommandLine;
using System.Text;
using System.Text.Json;
using Touchline.Cli;

namespace Touchline.Tests.Cli;

public sealed class CheckMetricsCommandTests
{
    private const string Good = "# HELP x_total All of them.\n# TYPE x_total counter\nx_total 1\n";

    [Theory]
    [InlineData(Good, ExitCodes.Fine, "")]
    [InlineData("x_total 1\n", ExitCodes.Findings, "x_total no help text\n")]
    [InlineData("x one\n", ExitCodes.Findings, "error while linting: text format parsing error in line 1: expected float as value, got \"one\"\n")]
    public async Task Standard_input_is_checked(string body, int code, string printed) => Assert.Equal((code, printed, ""), await RunAsync(body));

    [Fact]
    public async Task A_file_is_checked_and_one_that_is_not_there_is_said()
    {
        var path = Path.GetTempFileName();
        await File.WriteAllTextAsync(path, "x_total 1\n");
        Assert.Equal((ExitCodes.Findings, "x_total no help text\n", ""), await RunAsync("", path));
        File.Delete(path);
        var (code, printed, error) = await RunAsync("", path);
        Assert.Equal((ExitCodes.CouldNotRun, ""), (code, printed));
        Assert.StartsWith($"touchline: {path}: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Extended_tells_sizes_and_labels_that_make_too_many_series()
    {
        var (code, printed, _) = await RunAsync("# HELP x_total q\n# TYPE x_total counter\nx_total{user=\"a@b.org\"} 1\nx_total{user=\"c@d.org\"} 1\n# HELP y q\n# TYPE y gauge\ny 1\n", "--extended");
        Assert.Equal(ExitCodes.Findings, code);
        Assert.Equal(
            """
            x_total values of label "user" look like e-mail addresses, which are never the same twice: "a@b.org"
            Metric     Cardinality    Percentage    
            x_total    2              66.67%        
            y          1              33.33%        
            Total      3              100%          

            """, printed);
    }

    [Fact]
    public async Task Json_has_the_same()
    {
        var (code, printed, _) = await RunAsync("x_total 1\n", "--json", "--extended");
        Assert.Equal(ExitCodes.Findings, code);
        using var json = JsonDocument.Parse(printed);
        var finding = Assert.Single(json.RootElement.GetProperty("findings").EnumerateArray());
        Assert.Equal(("x_total", "no help text"), (finding.GetProperty("metric").GetString(), finding.GetProperty("message").GetString()));
        Assert.Equal(1, json.RootElement.GetProperty("cardinality")[0].GetProperty("series").GetInt32());
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(string body, params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var command = CheckMetricsCommand.Create(output, error, () => new MemoryStream(Encoding.UTF8.GetBytes(body)));
        var code = await command.Parse(arguments).InvokeAsync();
        return (code, output.ToString(), error.ToString());
    }
}

using Touchline.Cli;

namespace Touchline.Tests.Cli;

public sealed class TouchlineCommandTests
{
    [Fact]
    public async Task An_unknown_flag_is_told_with_what_was_probably_meant()
    {
        var (code, error) = await RunAsync("--web.listen-adress=:9090");
        Assert.Equal(ExitCodes.CouldNotRun, code);
        Assert.Contains("there is no flag --web.listen-adress; did you mean --web.listen-address?", error);
    }

    [Fact]
    public async Task An_unknown_verb_is_told_with_what_was_probably_meant()
    {
        var (code, error) = await RunAsync("chek", "config", "x.yml");
        Assert.Equal(ExitCodes.CouldNotRun, code);
        Assert.Contains("did you mean check?", error);
    }

    [Fact]
    public async Task Bad_values_are_all_told_at_once()
    {
        var (code, error) = await RunAsync(
            "--query.timeout=soon", "--web.listen-address=9090", "--log.level=loud", "--storage.tsdb.retention.size=12", "--web.cors.origin=(",
            "--query.max-samples=0", "--storage.tsdb.path=", "--web.external-url=ftp://x");
        Assert.Equal(ExitCodes.CouldNotRun, code);
        foreach (var flag in new[]
        {
            "--query.timeout: \"soon\" is not a duration", "--web.listen-address: \"9090\": the port is missing", "--log.level", "--storage.tsdb.retention.size",
            "--web.cors.origin", "--query.max-samples: must be more than 0", "--storage.tsdb.path: must not be empty", "--web.external-url",
        })
        {
            Assert.Contains(flag, error);
        }
    }

    [Fact]
    public async Task A_configuration_file_that_is_not_there_is_told()
    {
        var (code, error) = await RunAsync("check", "config", "/nowhere/prometheus.yml");
        Assert.Equal(ExitCodes.CouldNotRun, code);
        Assert.Contains("/nowhere/prometheus.yml: there is no such file", error);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_told()
    {
        var (code, error) = await RunAsync("query", "instant", "up", "--server", "http://127.0.0.1:1");
        Assert.Equal(ExitCodes.CouldNotRun, code);
        Assert.Contains("cannot ask http://127.0.0.1:1", error);
    }

    private static async Task<(int Code, string Error)> RunAsync(params string[] arguments)
    {
        var error = new StringWriter();
        var code = await TouchlineCommand.RunAsync(arguments, new StringWriter(), error);
        return (code, error.ToString());
    }
}

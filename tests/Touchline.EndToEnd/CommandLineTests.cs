using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Touchline.EndToEnd.Running;

namespace Touchline.EndToEnd;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("--config.fil=x", "there is no flag --config.fil; did you mean --config.file?")]
    [InlineData("--storage.tsdb.retention.tim=1d", "there is no flag --storage.tsdb.retention.tim; did you mean --storage.tsdb.retention.time?")]
    [InlineData("--web.listen-adress=:1", "there is no flag --web.listen-adress; did you mean --web.listen-address?")]
    [InlineData("chek", "there is no verb \"chek\"; did you mean check?")]
    [InlineData("--query.timeout=soon", "--query.timeout: \"soon\" is not a duration")]
    [InlineData("--web.listen-address=localhost:port", "--web.listen-address: \"localhost:port\"")]
    public async Task Mistake_is_answered_with_what_would_be_right(string argument, string answer)
    {
        using var folder = new TemporaryFolder();

        var ended = await TouchlineProgram.RunAsync(folder.Path, argument);

        Assert.Equal(2, ended.ExitCode);
        Assert.Empty(ended.Output);
        Assert.StartsWith("touchline: " + answer, ended.Errors[0], StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task All_mistakes_are_told_at_once()
    {
        using var folder = new TemporaryFolder();

        var ended = await TouchlineProgram.RunAsync(folder.Path, "--query.timeout=soon", "--storage.tsdb.retention.size=much", "--log.level=loud");

        Assert.Equal(2, ended.ExitCode);
        Assert.Equal(
            ["--log.level:", "--query.timeout:", "--storage.tsdb.retention.size:"],
            ended.Errors.Select(line => line.Split(' ')[1]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Version_is_one_line()
    {
        using var folder = new TemporaryFolder();

        var ended = await TouchlineProgram.RunAsync(folder.Path, "--version");

        Assert.Equal(0, ended.ExitCode);
        Assert.Matches(@"^touchline, version \d+\.\d+\.\d+", Assert.Single(ended.Output));
        Assert.Empty(ended.Errors);
    }

    [Fact]
    public async Task Help_names_the_flags_and_verbs()
    {
        using var folder = new TemporaryFolder();

        var ended = await TouchlineProgram.RunAsync(folder.Path, "--help");

        Assert.Equal(0, ended.ExitCode);
        foreach (var word in (string[])["--config.file", "--storage.tsdb.path", "--web.listen-address", "--demo", "check", "query", "test"])
        {
            Assert.Contains(word, ended.OutputText, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Port_in_use_is_one_line()
    {
        using var folder = new TemporaryFolder();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);

        var ended = await TouchlineProgram.RunAsync(folder.Path, $"--web.listen-address=127.0.0.1:{port}");

        Assert.Equal(1, ended.ExitCode);
        Assert.Empty(ended.Output);
        // The store may have been opened by then, and says so.
        var line = Assert.Single(ended.Errors, error => !error.Contains("level=INFO", StringComparison.Ordinal));
        Assert.StartsWith("touchline: cannot listen:", line, StringComparison.Ordinal);
        Assert.Contains($"127.0.0.1:{port}", line, StringComparison.Ordinal);
        Assert.Contains("address already in use", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_configuration_file_is_one_clear_error()
    {
        using var folder = new TemporaryFolder();

        var ended = await TouchlineProgram.RunAsync(folder.Path, "--config.file=nowhere.yml", "--web.listen-address=127.0.0.1:0");

        Assert.Equal(2, ended.ExitCode);
        Assert.Contains("nowhere.yml", ended.Errors[0], StringComparison.Ordinal);
        Assert.All(ended.Errors, line => Assert.StartsWith("touchline: ", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Flag_of_prometheus_without_a_meaning_here_is_accepted_with_a_warning()
    {
        using var folder = new TemporaryFolder();

        await using var touchline = await TouchlineProcess.StartAsync(
            folder.Path, "--web.console.templates=consoles", "--storage.tsdb.wal-compression", "--no-scrape.adjust-timestamps", "--log.format=json");

        foreach (var flag in (string[])["--web.console.templates", "--storage.tsdb.wal-compression", "--scrape.adjust-timestamps"])
        {
            Assert.Contains(touchline.Log.All, line => line.Contains("\"level\":\"WARN\"", StringComparison.Ordinal) && line.Contains(flag, StringComparison.Ordinal));
        }
        Assert.Equal("json", (await touchline.GetDataAsync("/api/v1/status/flags")).GetProperty("log.format").GetString());
    }
}

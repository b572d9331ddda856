using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Touchline.Shared;

namespace Touchline.Differential.Api;

/// <summary>A server under comparison, in a folder of its own.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ProcessStartInfo _start;
    private readonly string _folder;
    private Process _process;

    private ServerProcess(ProcessStartInfo start, string folder, int port)
    {
        (_start, _process, _folder) = (start, Process.Start(start)!, folder);
        Url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");
        Client = new HttpClient { BaseAddress = new Uri(Url) };
    }

    public string Url { get; }

    public HttpClient Client { get; }

    /// <summary>Where it runs: relative paths of its configuration start here.</summary>
    public string Folder => _folder;

    public static Task<ServerProcess> StartPrometheusAsync(string config, params string[] arguments) =>
        StartAsync(Peers.Program("prometheus"), config, ["--log.level=error", .. arguments]);

    /// <summary>The same on a port that somebody else knows already.</summary>
    public static Task<ServerProcess> StartPrometheusAtAsync(int port, string config, params string[] arguments) =>
        StartAsync(Peers.Program("prometheus"), config, ["--log.level=error", .. arguments], port);

    /// <summary>Touchline, without what it would watch by itself, so that both hold the same series.</summary>
    public static Task<ServerProcess> StartTouchlineAsync(string config, params string[] arguments)
    {
        // …/tests/Touchline.Differential/bin/Release/net10.0
        var framework = new DirectoryInfo(AppContext.BaseDirectory);
        var program = Path.Combine(Peers.Repository, "src", "Touchline", "bin", framework.Parent!.Name, framework.Name, "touchline");
        return StartAsync(program, config, ["--log.level=error", "--no-collector.host", "--no-collector.containers", "--no-collector.self", .. arguments]);
    }

    /// <summary>What promtool prints when it asks this server; the exit code stands before it.</summary>
    public async Task<string> PromtoolAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Peers.Program("promtool")) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument == "SERVER" ? Url : argument);
        }
        using var promtool = Process.Start(start)!;
        var output = promtool.StandardOutput.ReadToEndAsync();
        var errors = promtool.StandardError.ReadToEndAsync();
        await promtool.WaitForExitAsync().WaitAsync(Patience);
        return $"{promtool.ExitCode}\n{await output}{await errors}";
    }

    public async Task<(int Status, string Body)> AskAsync(string path)
    {
        using var response = await Client.GetAsync(new Uri(path, UriKind.Relative));
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public async Task<JsonElement> DataAsync(string path)
    {
        var (status, body) = await AskAsync(path);
        Assert.True(status == 200, $"{Url}{path}: {status} {body}");
        using var document = JsonDocument.Parse(body);
        return document.RootElement.GetProperty("data").Clone();
    }

    /// <summary>Ends it by SIGKILL, and starts it again on what it left.</summary>
    public async Task KillAndRestartAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = Process.Start(_start)!;
        await WaitUntilReadyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<ServerProcess> StartAsync(string program, string config, string[] arguments, int? at = null)
    {
        var folder = Directory.CreateTempSubdirectory("touchline-api-peer-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "prometheus.yml"), config);
        var port = at ?? FreePort.Next();
        var start = new ProcessStartInfo(program) { WorkingDirectory = folder };
        // Where a machine names a bundle of authorities for AWS, the real Prometheus's EC2 discovery does not start: it cannot put them in its client.
        start.Environment.Remove("AWS_CA_BUNDLE");
        foreach (var argument in (string[])["--config.file=prometheus.yml", "--storage.tsdb.path=data", $"--web.listen-address=127.0.0.1:{port}", .. arguments])
        {
            start.ArgumentList.Add(argument);
        }
        var server = new ServerProcess(start, folder, port);
        await server.WaitUntilReadyAsync();
        return server;
    }

    private async Task WaitUntilReadyAsync()
    {
        var start = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                if ((await AskAsync("/-/ready")).Status == 200)
                {
                    return;
                }
            }
            catch (HttpRequestException) when (start.Elapsed < Patience && !_process.HasExited)
            {
                // It does not listen yet.
            }
            Assert.True(start.Elapsed < Patience, $"{Url} is not ready");
            await Task.Delay(50);
        }
    }
}

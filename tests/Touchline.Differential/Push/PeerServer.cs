using System.Diagnostics;
using System.Globalization;
using Touchline.Differential.Api;
using Touchline.Shared;

namespace Touchline.Differential.Push;

/// <summary>A real program that takes pushes, in a folder of its own.</summary>
internal sealed class PeerServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly string _folder;

    private PeerServer(Process process, string folder, int port)
    {
        (_process, _folder) = (process, folder);
        Client = new HttpClient { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")) };
    }

    public HttpClient Client { get; }

    public static Task<PeerServer> StartPushgatewayAsync() => StartAsync(
        "prometheus-pushgateway", "/-/ready", port => [$"--web.listen-address=127.0.0.1:{port}", "--web.enable-admin-api", "--persistence.file=", "--log.level=error"]);

    public static Task<PeerServer> StartVictoriaMetricsAsync() => StartAsync(
        "victoria-metrics", "/health", port => [$"-httpListenAddr=127.0.0.1:{port}", "-storageDataPath=data", "-retentionPeriod=100y", "-memory.allowedBytes=64MB", "-loggerLevel=FATAL"]);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<PeerServer> StartAsync(string program, string readyPath, Func<int, string[]> arguments)
    {
        var folder = Directory.CreateTempSubdirectory("touchline-push-peer-").FullName;
        var port = FreePort.Next();
        var start = new ProcessStartInfo(Peers.Program(program), arguments(port)) { WorkingDirectory = folder };
        var server = new PeerServer(Process.Start(start)!, folder, port);
        var waiting = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using var response = await server.Client.GetAsync(new Uri(readyPath, UriKind.Relative));
                if (response.IsSuccessStatusCode)
                {
                    return server;
                }
            }
            catch (HttpRequestException) when (waiting.Elapsed < Patience && !server._process.HasExited)
            {
                // It does not listen yet.
            }
            Assert.True(waiting.Elapsed < Patience, $"{program} is not ready");
            await Task.Delay(50);
        }
    }
}

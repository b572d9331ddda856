using System.Diagnostics;
using System.Net.Sockets;
using StackExchange.Redis;
using Touchline.Shared;

namespace Touchline.Differential.Middleware;

/// <summary>A real Redis, or a Sentinel, of a test's own, in memory only.</summary>
internal sealed class TemporaryRedis : IAsyncDisposable
{
    /// <summary>Half a minute.</summary>
    private const int Attempts = 600;

    /// <summary>A port that was free may be taken by the time that the server is up.</summary>
    private const int Ports = 5;

    private readonly string _folder = Directory.CreateTempSubdirectory("touchline-redis-").FullName;
    private Process? _process;

    public int Port { get; private set; }

    public string Url => $"redis://127.0.0.1:{Port}";

    /// <summary>What the driver takes, with the patience that a busy machine asks for.</summary>
    public string Address => $"127.0.0.1:{Port},allowAdmin=true,connectTimeout=30000,asyncTimeout=30000,syncTimeout=30000";

    public static async Task<TemporaryRedis> StartAsync(CancellationToken cancellationToken, params string[] options)
    {
        var redis = new TemporaryRedis();
        await redis.RunAsync(_ => ["--save", "", "--dir", redis._folder, .. options], cancellationToken);
        return redis;
    }

    /// <summary>A node of a cluster that it does not belong to yet. Its bus has a port of its own, as the port of clients plus 10,000 may be none.</summary>
    public static Task<TemporaryRedis> StartNodeAsync(int busPort, CancellationToken cancellationToken) =>
        StartAsync(cancellationToken, "--cluster-enabled", "yes", "--cluster-port", $"{busPort}", "--cluster-node-timeout", "60000", "--cluster-require-full-coverage", "no");

    /// <param name="configuration">Lines of its file, without the port.</param>
    /// <param name="cancellationToken">Ends waiting.</param>
    public static async Task<TemporaryRedis> StartSentinelAsync(string configuration, CancellationToken cancellationToken)
    {
        var sentinel = new TemporaryRedis();
        var file = Path.Combine(sentinel._folder, "sentinel.conf");
        await sentinel.RunAsync(port =>
        {
            File.WriteAllText(file, $"port {port}\ndir {sentinel._folder}\n{configuration}\n");
            return [file, "--sentinel"];
        }, cancellationToken);
        return sentinel;
    }

    /// <summary>Asks it something by a connection of its own, without a command that a Sentinel does not know.</summary>
    public async Task<string> AskAsync(string password, params object[] words)
    {
        var options = new ConfigurationOptions { AllowAdmin = true, Password = password.Length > 0 ? password : null, ConnectTimeout = 30_000, AsyncTimeout = 30_000, SyncTimeout = 30_000, CommandMap = CommandMap.Create(new Dictionary<string, string?> { ["ECHO"] = null }) };
        options.EndPoints.Add("127.0.0.1", Port);
        await using var connection = await ConnectionMultiplexer.ConnectAsync(options);
        var answer = (await connection.GetServers()[0].ExecuteAsync((string)words[0], words[1..])).ToString();
        // It may be past saying goodbye.
        await connection.CloseAsync(allowCommandsToComplete: false);
        return answer;
    }

    public async Task StopAsync()
    {
        if (_process is { } process)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task RunAsync(Func<int, string[]> arguments, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            Port = FreePort.Next();
            string[] address = ["--port", $"{Port}", "--bind", "127.0.0.1"];
            var own = arguments(Port);
            // A file stands in front of the options.
            _process = Process.Start(new ProcessStartInfo("redis-server", own is [var file, "--sentinel"] ? [file, .. address, "--sentinel"] : [.. address, .. own])
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            })!;
            _process.OutputDataReceived += (_, _) => { };
            _process.ErrorDataReceived += (_, _) => { };
            _process.BeginOutputReadLine();
            _process.BeginErrorReadLine();
            if (await IsUpAsync(_process, cancellationToken))
            {
                return;
            }
            await StopAsync();
            if (tries == Ports)
            {
                throw new InvalidOperationException($"redis-server does not start with {string.Join(' ', own)}");
            }
        }
    }

    private async Task<bool> IsUpAsync(Process process, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Attempts && !process.HasExited; attempt++)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync("127.0.0.1", Port, cancellationToken);
                return true;
            }
            catch (SocketException)
            {
                await Task.Delay(50, cancellationToken);
            }
        }
        return false;
    }
}

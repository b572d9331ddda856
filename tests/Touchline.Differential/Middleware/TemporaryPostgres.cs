using System.Diagnostics;
using Npgsql;
using Touchline.Shared;

namespace Touchline.Differential.Middleware;

/// <summary>A real PostgreSQL of a test's own, from the programs that Debian's package installs, with statistics of statements.</summary>
internal sealed class TemporaryPostgres : IAsyncDisposable
{
    private const int Attempts = 1200;

    private readonly string _folder = Directory.CreateTempSubdirectory("touchline-pg-").FullName;
    private readonly int _port = FreePort.Next();
    private Process? _server;

    public string Url => $"postgresql://watcher@127.0.0.1:{_port}/postgres?sslmode=disable";

    public int ProcessId => _server!.Id;

    public string ConnectionString => $"Host=127.0.0.1;Port={_port};Username=watcher;Database=postgres;Pooling=false";

    public static async Task<TemporaryPostgres> StartAsync(CancellationToken cancellationToken)
    {
        var postgres = new TemporaryPostgres();
        var data = Path.Combine(postgres._folder, "data");
        if (Environment.IsPrivilegedProcess)
        {
            // It refuses to run as root.
            await RunAsync(new ProcessStartInfo("chown", ["nobody", postgres._folder]), cancellationToken);
        }
        await RunAsync(Command("initdb", "-D", data, "-U", "watcher", "-A", "trust", "-E", "UTF8", "--no-sync"), cancellationToken);
        postgres._server = Process.Start(Command(
            "postgres", "-D", data, "-h", "127.0.0.1", "-p", $"{postgres._port}", "-k", postgres._folder, "-c", "fsync=off",
            "-c", "shared_preload_libraries=pg_stat_statements", "-c", "autovacuum=off"))!;
        postgres._server.ErrorDataReceived += (_, _) => { };
        postgres._server.OutputDataReceived += (_, _) => { };
        postgres._server.BeginErrorReadLine();
        postgres._server.BeginOutputReadLine();
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await postgres.ExecuteAsync("SELECT 1", cancellationToken);
                return postgres;
            }
            catch (NpgsqlException) when (attempt < Attempts && !postgres._server.HasExited)
            {
                await Task.Delay(50, cancellationToken);
            }
        }
    }

    public async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            _server.Kill(entireProcessTree: true);
            await _server.WaitForExitAsync();
            _server.Dispose();
        }
        Directory.Delete(_folder, recursive: true);
    }

    private static ProcessStartInfo Command(string name, params string[] arguments)
    {
        var program = Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin", name)).First(File.Exists);
        string[] unprivileged = ["--reuid=nobody", "--regid=nogroup", "--clear-groups", program];
        var start = Environment.IsPrivilegedProcess ? new ProcessStartInfo("setpriv", [.. unprivileged, .. arguments]) : new ProcessStartInfo(program, arguments);
        start.WorkingDirectory = "/";
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        return start;
    }

    private static async Task RunAsync(ProcessStartInfo start, CancellationToken cancellationToken)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = await process.StandardError.ReadToEndAsync(cancellationToken);
        await output;
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{start.FileName} {string.Join(' ', start.ArgumentList)} failed: {errors}");
        }
    }
}

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

    private string Data => Path.Combine(_folder, "data");

    /// <param name="cancellationToken">Ends waiting.</param>
    /// <param name="settings">Parameters that are not as by default: <c>autovacuum=on</c>.</param>
    public static async Task<TemporaryPostgres> StartAsync(CancellationToken cancellationToken, params string[] settings)
    {
        var postgres = await PrepareAsync(cancellationToken);
        await RunAsync(Command("initdb", "-D", postgres.Data, "-U", "watcher", "-A", "trust", "-E", "UTF8", "--no-sync"), cancellationToken);
        await postgres.RunServerAsync(settings, cancellationToken);
        return postgres;
    }

    /// <summary>A second server that receives the log of this one by the slot <c>standby</c>, which it makes.</summary>
    public async Task<TemporaryPostgres> StartStandbyAsync(CancellationToken cancellationToken)
    {
        var standby = await PrepareAsync(cancellationToken);
        await RunAsync(Command(
            "pg_basebackup", "-h", "127.0.0.1", "-p", $"{_port}", "-U", "watcher", "-D", standby.Data, "-R", "-C", "-S", "standby", "-X", "stream", "-c", "fast", "--no-sync"), cancellationToken);
        await standby.RunServerAsync([], cancellationToken);
        return standby;
    }

    private static async Task<TemporaryPostgres> PrepareAsync(CancellationToken cancellationToken)
    {
        var postgres = new TemporaryPostgres();
        if (Environment.IsPrivilegedProcess)
        {
            // It refuses to run as root.
            await RunAsync(new ProcessStartInfo("chown", ["nobody", postgres._folder]), cancellationToken);
        }
        return postgres;
    }

    private async Task RunServerAsync(string[] settings, CancellationToken cancellationToken)
    {
        string[] all = ["fsync=off", "shared_preload_libraries=pg_stat_statements", "autovacuum=off", .. settings];
        _server = Process.Start(Command("postgres", ["-D", Data, "-h", "127.0.0.1", "-p", $"{_port}", "-k", _folder, .. all.SelectMany(setting => (string[])["-c", setting])]))!;
        _server.ErrorDataReceived += (_, _) => { };
        _server.OutputDataReceived += (_, _) => { };
        _server.BeginErrorReadLine();
        _server.BeginOutputReadLine();
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await ExecuteAsync("SELECT 1", cancellationToken);
                return;
            }
            catch (NpgsqlException) when (attempt < Attempts && !_server.HasExited)
            {
                await Task.Delay(50, cancellationToken);
            }
        }
    }

    /// <summary>The one value that a statement gives.</summary>
    public async Task<object?> ReadAsync(string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(cancellationToken);
    }

    /// <summary>Waits until a statement counts something. What never comes ends with the test's own time.</summary>
    public async Task WaitAsync(string sql, CancellationToken cancellationToken)
    {
        while (await ReadAsync(sql, cancellationToken) is not > 0L)
        {
            await Task.Delay(50, cancellationToken);
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

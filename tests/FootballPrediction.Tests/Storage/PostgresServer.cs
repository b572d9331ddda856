using System.Diagnostics;
using Npgsql;

namespace FootballPrediction.Tests.Storage;

/// <summary>
/// A real PostgreSQL of the test run's own, from the programs that Debian's package "postgresql" installs, or that the
/// variable POSTGRES_BIN names. Where there are none the suite runs against SQLite only.
/// </summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("football-pg-").FullName;
    private Process? _server;
    private int _databases;

    /// <summary>Where initdb and postgres are; null when PostgreSQL is not installed.</summary>
    public static string? Programs { get; } = new[] { Environment.GetEnvironmentVariable("POSTGRES_BIN") }
        .Concat(Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => $"{version}/bin") : [])
        .FirstOrDefault(directory => directory is not null && File.Exists(Path.Combine(directory, "initdb")));

    public async ValueTask InitializeAsync()
    {
        if (Programs is null)
        {
            return;
        }

        string data = Path.Combine(_directory, "data");
        if (Environment.IsPrivilegedProcess)
        {
            // PostgreSQL refuses to run as root, so it gets the directory and the user nobody.
            await RunAsync(Command("chown", false, "nobody", _directory));
        }

        await RunAsync(Command(Path.Combine(Programs, "initdb"), true, "-D", data, "-U", "football", "-A", "trust", "-E", "UTF8", "--no-sync"));
        ProcessStartInfo start = Command(
            Path.Combine(Programs, "postgres"), true,
            "-D", data, "-h", "", "-k", _directory, "-c", "fsync=off", "-c", "log_min_messages=fatal");
        _server = Process.Start(start);
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                await using NpgsqlConnection connection = new(ConnectionString("postgres"));
                await connection.OpenAsync();
                return;
            }
            catch (Exception error) when (error is NpgsqlException && attempt < 1200 && !_server!.HasExited)
            {
                await Task.Delay(50);
            }
        }
    }

    public async Task<string> CreateDatabaseAsync()
    {
        string name = $"football_{Interlocked.Increment(ref _databases)}";
        await using NpgsqlConnection connection = new(ConnectionString("postgres"));
        await connection.OpenAsync();
        await using NpgsqlCommand command = new($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync();
        return ConnectionString(name);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            NpgsqlConnection.ClearAllPools();
            _server.Kill(entireProcessTree: true);
            await _server.WaitForExitAsync();
            _server.Dispose();
        }

        Directory.Delete(_directory, recursive: true);
    }

    private string ConnectionString(string database) => $"Host={_directory};Username=football;Database={database}";

    private static ProcessStartInfo Command(string program, bool unprivileged, params string[] arguments)
    {
        ProcessStartInfo start = new() { FileName = program, WorkingDirectory = "/", RedirectStandardOutput = true, RedirectStandardError = true };
        if (unprivileged && Environment.IsPrivilegedProcess)
        {
            start.FileName = "setpriv";
            foreach (string argument in (string[])["--reuid=nobody", "--regid=nogroup", "--clear-groups", program])
            {
                start.ArgumentList.Add(argument);
            }
        }

        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }

    private static async Task RunAsync(ProcessStartInfo start)
    {
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string errors = await process.StandardError.ReadToEndAsync();
        await output;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{start.FileName} {string.Join(' ', start.ArgumentList)} failed: {errors}");
        }
    }
}

using System.Diagnostics;
using Touchline.Differential.Host;
using Touchline.Shared;

namespace Touchline.Differential.Middleware;

/// <summary>A real exporter, on a free port of the loopback interface.</summary>
internal sealed class ExporterProcess : IAsyncDisposable
{
    private const int Attempts = 200;

    private readonly Process _process;
    private readonly HttpClient _http;

    private ExporterProcess(Process process, HttpClient http) => (_process, _http) = (process, http);

    /// <param name="program">As Debian names it.</param>
    /// <param name="arguments">The arguments for an address to listen on.</param>
    /// <param name="environment">What it is told by variables.</param>
    /// <param name="cancellationToken">Ends waiting.</param>
    public static async Task<ExporterProcess> StartAsync(string program, Func<string, string[]> arguments, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        var address = $"127.0.0.1:{FreePort.Next()}";
        var start = new ProcessStartInfo(Peers.Program(program), arguments(address)) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }
        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.OutputDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        var exporter = new ExporterProcess(process, new HttpClient { BaseAddress = new Uri($"http://{address}") });
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await exporter.ReadAsync(cancellationToken);
                return exporter;
            }
            catch (HttpRequestException) when (attempt < Attempts && !process.HasExited)
            {
                await Task.Delay(50, cancellationToken);
            }
        }
    }

    public async Task<Exposition> ReadAsync(CancellationToken cancellationToken) => Exposition.Parse(await _http.GetStringAsync("/metrics", cancellationToken));

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}

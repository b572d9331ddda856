using System.Diagnostics;
using System.Globalization;
using Touchline.Differential.Api;
using Touchline.Differential.Host;
using Touchline.Shared;

namespace Touchline.Differential.Probes;

/// <summary>The real blackbox_exporter with a file of modules, on a free port of the loopback interface.</summary>
internal sealed class BlackboxExporter : IAsyncDisposable
{
    private readonly Process _process;
    private readonly HttpClient _http;

    private BlackboxExporter(Process process, HttpClient http) => (_process, _http) = (process, http);

    public static async Task<BlackboxExporter> StartAsync(string modulesFile)
    {
        var address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{FreePort.Next()}");
        string[] arguments = [$"--config.file={modulesFile}", $"--web.listen-address={address}", "--log.level=error", "--log.prober=error"];
        var process = Process.Start(new ProcessStartInfo(Peers.Program("prometheus-blackbox-exporter"), arguments) { RedirectStandardError = true })!;
        var errors = new List<string?>();
        process.ErrorDataReceived += (_, line) => errors.Add(line.Data);
        process.BeginErrorReadLine();
        var exporter = new BlackboxExporter(process, new HttpClient { BaseAddress = new Uri($"http://{address}") });
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await exporter._http.GetStringAsync("/-/healthy");
                return exporter;
            }
            catch (HttpRequestException) when (attempt < 100 && !process.HasExited)
            {
                await Task.Delay(100);
            }
            catch (HttpRequestException)
            {
                throw new InvalidOperationException($"blackbox_exporter does not run: {string.Join('\n', errors)}");
            }
        }
    }

    public async Task<Exposition> ProbeAsync(string module, string target, CancellationToken cancellationToken) =>
        Exposition.Parse(await _http.GetStringAsync($"/probe?module={module}&target={Uri.EscapeDataString(target)}", cancellationToken));

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}

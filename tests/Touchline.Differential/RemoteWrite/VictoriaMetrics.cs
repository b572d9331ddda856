using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Touchline.Differential.Api;
using Touchline.Shared;

namespace Touchline.Differential.RemoteWrite;

/// <summary>A real VictoriaMetrics on loopback, which takes remote write and gives back what it stored.</summary>
internal sealed class VictoriaMetrics : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("touchline-victoria-").FullName;
    private readonly Process _process;
    private readonly HttpClient _client;

    public VictoriaMetrics()
    {
        var port = FreePort.Next();
        Url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");
        _client = new HttpClient { BaseAddress = new Uri(Url) };
        _process = Process.Start(new ProcessStartInfo(Peers.Program("victoria-metrics"))
        {
            RedirectStandardError = true,
            ArgumentList = { $"-storageDataPath={_folder}", string.Create(CultureInfo.InvariantCulture, $"-httpListenAddr=127.0.0.1:{port}"), "-loggerLevel=ERROR" },
        })!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
    }

    public string Url { get; }

    /// <summary>Every sample of the series that a selector finds, as "labels value@ms", sorted; staleness markers are not among them.</summary>
    public async Task<string[]> SamplesAsync(string selector)
    {
        var lines = new List<string>();
        foreach (var line in (await ExportAsync(selector)).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var series = JsonElement.Parse(line);
            var labels = string.Join(',', series.GetProperty("metric").EnumerateObject().Select(l => $"{l.Name}={l.Value}").Order(StringComparer.Ordinal));
            foreach (var (value, time) in series.GetProperty("values").EnumerateArray().Zip(series.GetProperty("timestamps").EnumerateArray()))
            {
                if (value.ValueKind == JsonValueKind.Number)
                {
                    lines.Add(string.Create(CultureInfo.InvariantCulture, $"{labels} {value.GetDouble():R}@{time.GetInt64()}"));
                }
            }
        }
        return [.. lines.Order(StringComparer.Ordinal)];
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<string> ExportAsync(string selector)
    {
        try
        {
            return await _client.GetStringAsync("/api/v1/export?match[]=" + Uri.EscapeDataString(selector));
        }
        catch (HttpRequestException) when (!_process.HasExited)
        {
            return ""; // It does not listen yet.
        }
    }
}

using System.Diagnostics;
using System.Text.RegularExpressions;
using Touchline.Shared;

namespace Touchline.Differential.Host;

/// <summary>The real node_exporter with chosen collectors, on a free port of the loopback interface.</summary>
internal sealed partial class NodeExporter : IAsyncDisposable
{
    private readonly Process _process;
    private readonly HttpClient _http;

    private NodeExporter(Process process, HttpClient http) => (_process, _http) = (process, http);

    public static Task<NodeExporter> StartAsync(IEnumerable<string> collectors, CancellationToken cancellationToken, params string[] options) =>
        StartAsync(collectors, new Dictionary<string, string>(), cancellationToken, options);

    public static async Task<NodeExporter> StartAsync(
        IEnumerable<string> collectors, Dictionary<string, string> environment, CancellationToken cancellationToken, params string[] options)
    {
        var address = $"127.0.0.1:{FreePort.Next()}";
        string[] arguments =
        [
            "--collector.disable-defaults", .. collectors.Select(name => $"--collector.{name}"), $"--web.listen-address={address}",
            "--web.disable-exporter-metrics", "--log.level=error", .. options,
        ];
        var start = new ProcessStartInfo(Peers.Program("prometheus-node-exporter"), arguments) { RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }
        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        var exporter = new NodeExporter(process, new HttpClient { BaseAddress = new Uri($"http://{address}") });
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await exporter.ReadAsync(cancellationToken);
                return exporter;
            }
            catch (HttpRequestException) when (attempt < 600 && !process.HasExited)
            {
                await Task.Delay(100, cancellationToken);
            }
        }
    }

    /// <summary>The collectors that it has, and whether each is on by default, as its help says.</summary>
    public static async Task<IReadOnlyDictionary<string, bool>> CollectorsAsync(CancellationToken cancellationToken) =>
        HelpOfCollector().Matches(await HelpAsync("--help", cancellationToken)).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value == "enabled");

    /// <summary>The settings of its collectors, as its manual says: names, and what holds where one is not given, which is quoted as in Go.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> SettingsAsync(CancellationToken cancellationToken) =>
        SettingInManual().Matches(await HelpAsync("--help-man", cancellationToken)).ToDictionary(
            match => match.Groups[1].Value, match => (match.Groups[2].Value + match.Groups[3].Value).Replace(@"\\", @"\", StringComparison.Ordinal));

    private static async Task<string> HelpAsync(string flag, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Peers.Program("prometheus-node-exporter"), [flag]) { RedirectStandardError = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken) + await error;
        await process.WaitForExitAsync(cancellationToken);
        return output;
    }

    [GeneratedRegex(@"--collector\.(\w+)\s+Enable\s+the\s+\w+\s+collector\s+\(default:\s+(\w+)\)")]
    private static partial Regex HelpOfCollector();

    /// <summary>Where there is no default, the flag's name in capitals stands in its place.</summary>
    [GeneratedRegex("""^\\fB--(collector\.\w+\.[\w.-]+)(?:="(.*)"|=([a-z0-9.]+)|=[A-Z].*)?\\fR""", RegexOptions.Multiline)]
    private static partial Regex SettingInManual();

    /// <summary>What it exposes, without what it says of itself.</summary>
    public async Task<Exposition> ReadAsync(CancellationToken cancellationToken)
    {
        var exposition = Exposition.Parse(await _http.GetStringAsync("/metrics", cancellationToken));
        exposition.Remove(name => name.StartsWith("node_exporter_build_info", StringComparison.Ordinal));
        return exposition;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}

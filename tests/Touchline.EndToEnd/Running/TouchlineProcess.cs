using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Touchline.EndToEnd.Running;

/// <summary>A running server in a folder, on a port of its own, that answers already. Killed with its test where that did not end it.</summary>
internal sealed class TouchlineProcess : IAsyncDisposable
{
    /// <summary>Only against a hang: the promise is five seconds, which a busy machine may stretch.</summary>
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(60);

    private static readonly Regex Listening = new(@"listening on (?<url>http://\S+)");

    private readonly Process _process;

    private TouchlineProcess(Process process, OutputLines output, OutputLines log) => (_process, Output, Log) = (process, output, log);

    public int Id => _process.Id;

    public bool HasEnded => _process.HasExited;

    /// <summary>What it printed, which is little.</summary>
    public OutputLines Output { get; }

    /// <summary>What it logged.</summary>
    public OutputLines Log { get; }

    public HttpClient Http { get; private set; } = new();

    public Uri Url => Http.BaseAddress!;

    /// <summary>Starts it and waits until it has loaded what it stored.</summary>
    /// <param name="arguments">Flags; a port is chosen where they do not.</param>
    public static Task<TouchlineProcess> StartAsync(string folder, params string[] arguments) => StartBehindAsync([], folder, arguments);

    /// <summary>The same behind a command that changes what the program may do.</summary>
    public static async Task<TouchlineProcess> StartBehindAsync(string[] command, string folder, params string[] arguments)
    {
        var touchline = await ListenAsync(command, folder, arguments);
        try
        {
            await Eventually.TrueAsync(touchline.IsLoadedAsync, () => $"stored data are not loaded:\n{touchline.Log.Text}");
            return touchline;
        }
        catch
        {
            await touchline.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it and waits until it listens, loaded or not.</summary>
    public static Task<TouchlineProcess> StartListeningAsync(string folder, params string[] arguments) => ListenAsync([], folder, arguments);

    private static async Task<TouchlineProcess> ListenAsync(string[] command, string folder, string[] arguments)
    {
        if (!arguments.Any(a => a.StartsWith("--web.listen-address", StringComparison.Ordinal)))
        {
            arguments = ["--web.listen-address=127.0.0.1:0", .. arguments];
        }
        var process = TouchlineProgram.Start(folder, [.. command, TouchlineProgram.Path, .. arguments], out var output, out var log);
        var touchline = new TouchlineProcess(process, output, log);
        try
        {
            await Eventually.TrueAsync(
                () => process.HasExited || touchline.ListeningLine() is not null, $"touchline {string.Join(' ', arguments)} does not listen");
            if (touchline.ListeningLine() is not { } line)
            {
                await process.WaitForExitAsync();
                line = touchline.ListeningLine() ?? "";
                Assert.False(process.HasExited, $"touchline ended with {process.ExitCode} instead of listening:\n{output.Text}\n{log.Text}");
            }
            touchline.Http = new HttpClient { BaseAddress = new Uri(Listening.Match(line).Groups["url"].Value), Timeout = Eventually.Patience };
            return touchline;
        }
        catch
        {
            await touchline.DisposeAsync();
            throw;
        }
    }

    public void Signal(int signal) => PosixProcess.Signal(Id, signal);

    /// <summary>Ends it by SIGTERM and gives its exit code.</summary>
    public async Task<int> StopAsync()
    {
        Signal(PosixProcess.Terminate);
        return await EndAsync();
    }

    /// <summary>Waits for the end that something else brought about.</summary>
    public async Task<int> EndAsync()
    {
        using var patience = new CancellationTokenSource(LongestStop);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"touchline did not end in {LongestStop.TotalSeconds} s:\n{Log.Text}");
        }
        return _process.ExitCode;
    }

    /// <summary>Ends it by SIGKILL.</summary>
    public async Task KillAsync()
    {
        Signal(PosixProcess.Kill);
        await EndAsync();
    }

    public Task<string> GetTextAsync(string path) => Http.GetStringAsync(path);

    /// <summary>A successful answer's data.</summary>
    public async Task<JsonElement> GetDataAsync(string path)
    {
        using var response = await Http.GetAsync(path);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{path}: {(int)response.StatusCode} {text}");
        return JsonElement.Parse(text).GetProperty("data");
    }

    /// <summary>The series of an instant query's answer.</summary>
    public async Task<IReadOnlyList<SeriesAnswer>> QueryAsync(string query)
    {
        var data = await GetDataAsync("/api/v1/query?query=" + Uri.EscapeDataString(query));
        return [.. data.GetProperty("result").EnumerateArray().Select(SeriesAnswer.Read)];
    }

    /// <summary>The value of an instant query that answers one series; null where it answers none.</summary>
    public async Task<double?> ValueAsync(string query) => (await QueryAsync(query)) switch
    {
        [] => null,
        [var one] => one.Samples[^1].Value,
        var many => throw new InvalidOperationException($"{query} answers {many.Count} series"),
    };

    public async Task<IReadOnlyList<TargetAnswer>> TargetsAsync()
    {
        var data = await GetDataAsync("/api/v1/targets");
        return [.. data.GetProperty("activeTargets").EnumerateArray().Select(TargetAnswer.Read)];
    }

    /// <summary>A sample of its own metrics as they are now; null where there is none.</summary>
    public async Task<double?> MetricAsync(string name)
    {
        var lines = (await GetTextAsync("/metrics")).Split('\n');
        return lines.FirstOrDefault(line => line.StartsWith(name + " ", StringComparison.Ordinal)) is { } line
            ? double.Parse(line[(name.Length + 1)..], CultureInfo.InvariantCulture)
            : null;
    }

    public Task WaitForLogAsync(string text) => Eventually.TrueAsync(
        () => Log.All.Any(line => line.Contains(text, StringComparison.Ordinal)), () => $"the log does not say \"{text}\":\n{Log.Text}");

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }
        _process.Dispose();
    }

    /// <summary>Whatever else keeps a server from being ready is a test's own business.</summary>
    private async Task<bool> IsLoadedAsync()
    {
        using var answer = await Http.GetAsync("/-/ready");
        return answer.StatusCode != HttpStatusCode.ServiceUnavailable || !(await answer.Content.ReadAsStringAsync()).Contains("being loaded", StringComparison.Ordinal);
    }

    private string? ListeningLine() => Output.All.FirstOrDefault(line => Listening.IsMatch(line));
}

using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Touchline.EndToEnd;

/// <summary>The real executable, in a folder of its own, on a port that the system chose.</summary>
internal sealed class TouchlineProcess : IAsyncDisposable
{
    private const int SigTerm = 15;
    private static readonly Regex Listening = new("is listening on (?<url>http[^ ]+)", RegexOptions.CultureInvariant);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();
    private readonly TaskCompletionSource<Uri> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private TouchlineProcess(string folder, string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, e) => Keep(_output, e.Data);
        _process.ErrorDataReceived += (_, e) => Keep(_errors, e.Data);
        _process.Exited += (_, _) => _listening.TrySetException(new InvalidOperationException($"it ended before it listened: {Errors}"));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public HttpClient Client { get; } = new() { Timeout = TimeSpan.FromSeconds(60) };

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public string Output => Read(_output);

    public string Errors => Read(_errors);

    /// <summary>Starts the server and waits until it listens.</summary>
    public static async Task<TouchlineProcess> StartAsync(string folder, params string[] arguments)
    {
        var process = Launch(folder, arguments);
        process.Client.BaseAddress = await process._listening.Task.WaitAsync(Patience.Limit);
        return process;
    }

    /// <summary>Starts the server through another program, which must become it.</summary>
    public static async Task<TouchlineProcess> StartThroughAsync(string folder, string program, params string[] arguments)
    {
        var process = new TouchlineProcess(folder, program, arguments);
        process.Client.BaseAddress = await process._listening.Task.WaitAsync(Patience.Limit);
        return process;
    }

    /// <summary>Runs to the end.</summary>
    public static async Task<(int Code, string Output, string Errors)> RunAsync(string folder, params string[] arguments)
    {
        var process = new TouchlineProcess(folder, Executable.Path, arguments);
        // The failure to listen is what such runs are about.
        _ = process._listening.Task.Exception;
        var code = await process.WaitAsync();
        return (code, process.Output, process.Errors);
    }

    public void Terminate() => Signal(SigTerm);

    public void Signal(int signal) => Assert.Equal(0, SendSignal(_process.Id, signal));

    /// <summary>SIGKILL, and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await WaitAsync();
    }

    /// <summary>Waits for the end and gives the exit code.</summary>
    public async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience.Limit);
        return _process.ExitCode;
    }

    public async Task<string> GetAsync(string path)
    {
        using var response = await Client.GetAsync(new Uri(path, UriKind.Relative));
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode} {body}");
        return body;
    }

    public async Task<JsonElement> DataAsync(string path)
    {
        using var document = JsonDocument.Parse(await GetAsync("/api/v1/" + path));
        return document.RootElement.GetProperty("data").Clone();
    }

    /// <summary>The values of an instant query, one a series.</summary>
    public async Task<IReadOnlyList<double>> ValuesAsync(string query, double? time = null)
    {
        var at = time is { } seconds ? string.Create(CultureInfo.InvariantCulture, $"&time={seconds:F3}") : "";
        var data = await DataAsync($"query?query={Uri.EscapeDataString(query)}{at}");
        return [.. data.GetProperty("result").EnumerateArray().Select(r => double.Parse(r.GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture))];
    }

    /// <summary>The samples of the one series that a range selector gives: value by time in ms.</summary>
    public async Task<SortedDictionary<long, double>> SamplesAsync(string rangeSelector)
    {
        var data = await DataAsync($"query?query={Uri.EscapeDataString(rangeSelector)}");
        var samples = new SortedDictionary<long, double>();
        foreach (var series in data.GetProperty("result").EnumerateArray())
        {
            foreach (var point in series.GetProperty("values").EnumerateArray())
            {
                samples[(long)Math.Round(point[0].GetDouble() * 1000)] = double.Parse(point[1].GetString()!, CultureInfo.InvariantCulture);
            }
        }
        return samples;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }
        Client.Dispose();
        _process.Dispose();
    }

    private static TouchlineProcess Launch(string folder, string[] arguments) =>
        new(folder, Executable.Path, ["--web.listen-address=127.0.0.1:0", .. arguments]);

    private void Keep(StringBuilder text, string? line)
    {
        if (line is null)
        {
            return;
        }
        lock (text)
        {
            text.AppendLine(line);
        }
        if (Listening.Match(line) is { Success: true } match)
        {
            _listening.TrySetResult(new Uri(match.Groups["url"].Value.Replace("localhost", "127.0.0.1", StringComparison.Ordinal)));
        }
    }

    private static string Read(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int SendSignal(int processId, int signal);
}

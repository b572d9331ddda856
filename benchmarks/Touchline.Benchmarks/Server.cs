using System.Diagnostics;
using System.Globalization;

namespace Touchline.Benchmarks;

/// <summary>A server under test: a process of its own with an empty data folder, measured from outside by /proc.</summary>
internal sealed class Server : IDisposable
{
    private readonly Process _process;

    private Server(string name, Process process, string address)
    {
        Name = name;
        Address = address;
        _process = process;
    }

    public string Name { get; }

    public string Address { get; }

    public string DataFolder { get; private init; } = "";

    public static async Task<Server> StartAsync(string name, string program, int port, string folder, IReadOnlyList<string> arguments, TimeSpan patience)
    {
        Directory.CreateDirectory(folder);
        var start = new ProcessStartInfo(program) { RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = folder };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        var log = new StreamWriter(Path.Combine(folder, "log")) { AutoFlush = true };
        process.ErrorDataReceived += (_, line) => log.WriteLine(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var server = new Server(name, process, $"http://127.0.0.1:{port}") { DataFolder = Path.Combine(folder, "data") };
        using var http = new HttpClient();
        var deadline = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using var answer = await http.GetAsync($"{server.Address}/api/v1/query?query=1");
                if (answer.IsSuccessStatusCode)
                {
                    return server;
                }
            }
            catch (HttpRequestException) when (!process.HasExited)
            {
                // Not listening yet.
            }
            if (process.HasExited || deadline.Elapsed > patience)
            {
                server.Dispose();
                throw new InvalidOperationException($"{name} did not start; its log is {folder}/log");
            }
            await Task.Delay(20);
        }
    }

    /// <summary>CPU seconds so far, user and system.</summary>
    public double CpuSeconds()
    {
        var stat = File.ReadAllText($"/proc/{_process.Id}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        // utime and stime are fields 14 and 15 of proc(5), in ticks of 1/100 s on every Linux that .NET runs on.
        return (double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture)) / 100;
    }

    /// <summary>The most resident memory so far, MiB.</summary>
    public double PeakMemory() => StatusKilobytes("VmHWM:") / 1024;

    /// <summary>Bytes on disk.</summary>
    public long DiskBytes() => Directory.EnumerateFiles(DataFolder, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }
        _process.Dispose();
    }

    private double StatusKilobytes(string key) => File.ReadLines($"/proc/{_process.Id}/status")
        .Where(line => line.StartsWith(key, StringComparison.Ordinal))
        .Select(line => double.Parse(line[key.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture))
        .First();
}

using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Touchline.Benchmarks.Servers;

/// <summary>A server under test: a process of its own, measured from outside by /proc.</summary>
internal sealed partial class Server : IDisposable
{
    private const int Terminate = 15; // SIGTERM

    private readonly Process _process;
    private readonly StreamWriter _log;

    private Server(string name, Process process, string address, StreamWriter log)
    {
        Name = name;
        Address = address;
        _process = process;
        _log = log;
    }

    public string Name { get; }

    public string Address { get; }

    public string DataFolder { get; private init; } = "";

    /// <summary>Starts a program and waits until it answers a query.</summary>
    public static async Task<Server> StartAsync(string name, string program, int port, string folder, IReadOnlyList<string> arguments, TimeSpan patience)
    {
        var server = Launch(name, program, port, folder, arguments);
        try
        {
            await server.WaitForAsync("/api/v1/query?query=1", _ => true, patience);
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>Starts a program and does not wait for it.</summary>
    public static Server Launch(string name, string program, int port, string folder, IReadOnlyList<string> arguments)
    {
        Directory.CreateDirectory(folder);
        var start = new ProcessStartInfo(program) { RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = folder };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }
        var log = new StreamWriter(Path.Combine(folder, "log"), append: true) { AutoFlush = true };
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, line) =>
        {
            lock (log)
            {
                if (line.Data is not null)
                {
                    log.WriteLine(line.Data);
                }
            }
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new Server(name, process, $"http://127.0.0.1:{port}", log) { DataFolder = Path.Combine(folder, "data") };
    }

    /// <summary>Asks for a page again and again until it is answered with success and the body is as wanted; answers how long that took.</summary>
    public async Task<TimeSpan> WaitForAsync(string page, Func<string, bool> wanted, TimeSpan patience)
    {
        // A server that is about to listen may take a connection and never answer on it: asked again, it does.
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        var clock = Stopwatch.StartNew();
        var last = "nothing was answered";
        while (clock.Elapsed < patience)
        {
            try
            {
                using var answer = await http.GetAsync(Address + page);
                last = $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}";
                if (answer.IsSuccessStatusCode && wanted(last[4..]))
                {
                    return clock.Elapsed;
                }
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !_process.HasExited)
            {
                last = e.Message; // Not listening yet.
            }
            if (_process.HasExited)
            {
                throw new InvalidOperationException($"{Name} ended with {_process.ExitCode}; its log is {DataFolder}/../log");
            }
            await Task.Delay(10);
        }
        throw new TimeoutException($"{Name} did not answer {page} as wanted within {patience}: {last[..Math.Min(last.Length, 300)]}");
    }

    /// <summary>CPU seconds so far, user and system, of the whole process.</summary>
    public double CpuSeconds()
    {
        var stat = File.ReadAllText($"/proc/{_process.Id}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        // utime and stime are fields 14 and 15 of proc(5), in ticks of 1/100 s on every Linux that .NET runs on.
        return (double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture)) / 100;
    }

    /// <summary>What the threads of a .NET process that answer requests have run so far, without those that collect garbage in the background.</summary>
    public TimeSpan WorkerTime()
    {
        var nanoseconds = 0L;
        foreach (var thread in Directory.GetDirectories($"/proc/{_process.Id}/task"))
        {
            try
            {
                if (File.ReadAllText(Path.Combine(thread, "comm")).StartsWith(".NET TP", StringComparison.Ordinal))
                {
                    nanoseconds += long.Parse(File.ReadAllText(Path.Combine(thread, "schedstat")).Split(' ')[0], CultureInfo.InvariantCulture);
                }
            }
            catch (IOException)
            {
                continue; // The thread has ended meanwhile.
            }
        }
        return TimeSpan.FromTicks(nanoseconds / 100);
    }

    /// <summary>Waits until the process has used less than a twentieth of a core for so long, and answers its CPU seconds then.</summary>
    public async Task<double> IdleAsync(TimeSpan quiet, TimeSpan patience)
    {
        var clock = Stopwatch.StartNew();
        var before = CpuSeconds();
        while (true)
        {
            await Task.Delay(quiet);
            var now = CpuSeconds();
            if (now - before < quiet.TotalSeconds / 20 || clock.Elapsed > patience)
            {
                return now;
            }
            before = now;
        }
    }

    /// <summary>The most resident memory so far, MiB.</summary>
    public double PeakMemory() => StatusKilobytes("VmHWM:") / 1024;

    /// <summary>Resident memory now, MiB.</summary>
    public double Memory() => StatusKilobytes("VmRSS:") / 1024;

    /// <summary>Bytes on disk.</summary>
    public long DiskBytes() => BytesIn(DataFolder);

    /// <summary>Bytes of all files in folders of the data folder.</summary>
    public static long BytesIn(params string[] folders) => folders
        .Where(Directory.Exists)
        .Sum(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length));

    /// <summary>Asks the process to end, as an init system does, and waits until it has.</summary>
    public void Stop(TimeSpan patience)
    {
        if (SendSignal(_process.Id, Terminate) != 0 || !_process.WaitForExit(patience))
        {
            throw new TimeoutException($"{Name} did not end within {patience}");
        }
    }

    /// <summary>Ends the process as kill -9 does.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }
        _process.Dispose();
        lock (_log)
        {
            _log.Dispose();
        }
    }

    private double StatusKilobytes(string key) => File.ReadLines($"/proc/{_process.Id}/status")
        .Where(line => line.StartsWith(key, StringComparison.Ordinal))
        .Select(line => double.Parse(line[key.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture))
        .First();

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);
}

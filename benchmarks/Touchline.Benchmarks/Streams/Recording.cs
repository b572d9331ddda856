using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using Touchline.Benchmarks.Servers;

namespace Touchline.Benchmarks.Streams;

/// <summary>What a real node_exporter exposed, scrape by scrape, while the machine had something to do. Recorded once and kept in a file.</summary>
internal sealed class Recording
{
    public const int Scrapes = 1900;
    private const int IntervalMs = 150;

    /// <summary>Prometheus keeps the planned time of a scrape that is at most so late.</summary>
    private const int ToleratedMs = 2;

    private const int MostLateMs = 50;

    private Recording(string[] series, double[][] values, int[] late)
    {
        Series = series;
        Values = values;
        LateMs = late;
    }

    /// <summary>Name and labels as exposed.</summary>
    public IReadOnlyList<string> Series { get; }

    /// <summary>By scrape, then series.</summary>
    public double[][] Values { get; }

    /// <summary>By scrape: how late it was.</summary>
    public int[] LateMs { get; }

    public static async Task<Recording> LoadOrMakeAsync(BenchmarkArguments arguments)
    {
        var path = Path.Combine(arguments.Root, "artifacts", "recorded", $"node-exporter-{Scrapes}.gz");
        if (!File.Exists(path))
        {
            Console.Error.WriteLine($"recording {Scrapes} scrapes of node_exporter, {Scrapes * IntervalMs / 60_000.0:F0} minutes, once");
            var made = await MakeAsync(arguments);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            made.Save(path + ".new");
            File.Move(path + ".new", path, overwrite: true);
        }
        return Load(path);
    }

    private static async Task<Recording> MakeAsync(BenchmarkArguments arguments)
    {
        var folder = Directory.CreateTempSubdirectory("touchline-recording-").FullName;
        var port = arguments.Port + 9;
        using var exporter = Server.Launch("node_exporter", $"{arguments.Peers}/usr/bin/prometheus-node-exporter", port, folder, [$"--web.listen-address=127.0.0.1:{port}"]);
        await exporter.WaitForAsync("/metrics", _ => true, TimeSpan.FromSeconds(30));
        using var stop = new CancellationTokenSource();
        var work = Task.Run(() => KeepBusy(folder, stop.Token));
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        var scrapes = new List<Dictionary<int, double>>();
        var late = new int[Scrapes];
        using var http = new HttpClient();
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < Scrapes; i++)
        {
            var due = i * (long)IntervalMs;
            if (clock.ElapsedMilliseconds < due)
            {
                await Task.Delay((int)(due - clock.ElapsedMilliseconds));
            }
            var lateness = (int)Math.Clamp(clock.ElapsedMilliseconds - due, 0, MostLateMs);
            late[i] = lateness <= ToleratedMs ? 0 : lateness;
            scrapes.Add(Parse(await http.GetStringAsync(exporter.Address + "/metrics"), numbers));
        }
        await stop.CancelAsync();
        await work;
        exporter.Kill();
        Directory.Delete(folder, recursive: true);
        var absent = BitConverter.Int64BitsToDouble(WriteStream.AbsentBits);
        return new Recording(
            [.. numbers.OrderBy(entry => entry.Value).Select(entry => entry.Key)],
            [.. scrapes.Select(scrape => Enumerable.Range(0, numbers.Count).Select(n => scrape.TryGetValue(n, out var value) ? value : absent).ToArray())],
            late);
    }

    /// <summary>Bursts of writing, hashing and waiting, so that counters move as on a machine that serves somebody.</summary>
    private static void KeepBusy(string folder, CancellationToken stop)
    {
        var random = new Random(1);
        var bytes = new byte[1 << 20];
        while (!stop.IsCancellationRequested)
        {
            random.NextBytes(bytes);
            for (var i = random.Next(8); i > 0; i--)
            {
                File.WriteAllBytes(Path.Combine(folder, $"busy-{random.Next(20)}"), bytes.AsSpan(0, random.Next(bytes.Length)));
                _ = System.Security.Cryptography.SHA256.HashData(bytes);
            }
            stop.WaitHandle.WaitOne(random.Next(5, 120));
        }
    }

    private static Dictionary<int, double> Parse(string text, Dictionary<string, int> numbers)
    {
        var values = new Dictionary<int, double>();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line[0] == '#')
            {
                continue;
            }
            var space = line.LastIndexOf(' ');
            var series = line[..space];
            if (!numbers.TryGetValue(series, out var number))
            {
                numbers[series] = number = numbers.Count;
            }
            values[number] = line[(space + 1)..] switch
            {
                "+Inf" => double.PositiveInfinity,
                "-Inf" => double.NegativeInfinity,
                "NaN" => double.NaN,
                var value => double.Parse(value, CultureInfo.InvariantCulture),
            };
        }
        return values;
    }

    private void Save(string path)
    {
        using var writer = new BinaryWriter(new GZipStream(File.Create(path), CompressionLevel.Optimal), Encoding.UTF8);
        writer.Write(Series.Count);
        foreach (var series in Series)
        {
            writer.Write(series);
        }
        for (var scrape = 0; scrape < Scrapes; scrape++)
        {
            writer.Write(LateMs[scrape]);
            foreach (var value in Values[scrape])
            {
                writer.Write(value);
            }
        }
    }

    private static Recording Load(string path)
    {
        using var reader = new BinaryReader(new BufferedStream(new GZipStream(File.OpenRead(path), CompressionMode.Decompress), 1 << 16), Encoding.UTF8);
        var series = new string[reader.ReadInt32()];
        for (var i = 0; i < series.Length; i++)
        {
            series[i] = reader.ReadString();
        }
        var (values, late) = (new double[Scrapes][], new int[Scrapes]);
        for (var scrape = 0; scrape < Scrapes; scrape++)
        {
            late[scrape] = reader.ReadInt32();
            values[scrape] = new double[series.Length];
            for (var i = 0; i < series.Length; i++)
            {
                values[scrape][i] = reader.ReadDouble();
            }
        }
        return new Recording(series, values, late);
    }
}

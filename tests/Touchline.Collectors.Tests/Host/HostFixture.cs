using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Touchline.Collectors.Host;
using Touchline.Collectors.Host.Kernel;

namespace Touchline.Collectors.Tests.Host;

/// <summary>A copy of the fixture files that a test may change, and a collector over it. Filesystems are of 100 blocks of 4096 bytes.</summary>
internal sealed class HostFixture : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("touchline-host-").FullName;

    /// <param name="change">What a test changes in the options before the collectors are made, given the fixture's folder.</param>
    public HostFixture(StatvfsCall? statvfs = null, Func<HostOptions, string, HostOptions>? change = null)
    {
        var source = Path.Combine(AppContext.BaseDirectory, "Fixtures");
        // What /proc/self links to is there already.
        foreach (var file in Directory.GetFiles(source, "*", SearchOption.AllDirectories).Where(file => !file.Contains("/self/", StringComparison.Ordinal)))
        {
            var copy = Path.Combine(_root, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        Options = new HostOptions
        {
            ProcPath = Path.Combine(_root, "proc"),
            SysPath = Path.Combine(_root, "sys"),
            UdevDataPath = Path.Combine(_root, "udev"),
            // Those have tests of their own: most of them find nothing here.
            Collectors = new HostOptions().Collectors.AddRange(SysCollectors.Entries.Select(entry => KeyValuePair.Create(entry.Name, false))),
        };
        Options = change?.Invoke(Options, _root) ?? Options;
        var collectors = NodeCollectors.Create(Options, Time).Select(collector => collector switch
        {
            FilesystemCollector => new FilesystemCollector(Options, statvfs ?? Answer),
            TimexCollector => new TimexCollector(Answer),
            _ => collector,
        });
        Collector = new HostCollector(collectors, Time, NullLogger<HostCollector>.Instance);
    }

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_250));

    public HostOptions Options { get; }

    public HostCollector Collector { get; }

    public string PathOf(string path) => Path.Combine(_root, path);

    public void Write(string path, string content) => File.WriteAllText(Path.Combine(_root, path), content);

    public void Delete(string path) => File.Delete(Path.Combine(_root, path));

    public void Dispose()
    {
        Collector.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    private static bool Answer(out KernelClock clock, out int state, out string error)
    {
        clock = new KernelClock { Offset = -1_500_000, Frequency = 65_536, Status = 0x2001, Constant = 7, Tick = 10_000, TaiOffset = 37 };
        (state, error) = (0, "");
        return true;
    }

    private static FilesystemSizes? Answer(string path, out string error)
    {
        error = path == "/home/team" ? "stale file handle" : "";
        return error.Length > 0 ? null : new FilesystemSizes(409_600, 204_800, 200_704, 1000, 990, false);
    }
}

using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Touchline.Collectors.Host;

namespace Touchline.Collectors.Tests.Host;

/// <summary>A copy of the fixture files that a test may change, and a collector over it. Filesystems are of 100 blocks of 4096 bytes.</summary>
internal sealed class HostFixture : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("touchline-host-").FullName;

    public HostFixture(StatvfsCall? statvfs = null)
    {
        var source = Path.Combine(AppContext.BaseDirectory, "Fixtures");
        foreach (var file in Directory.GetFiles(source, "*", SearchOption.AllDirectories))
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
        var collectors = NodeCollectors.Create(Options, Time)
            .Select(collector => collector is FilesystemCollector ? new FilesystemCollector(Options, statvfs ?? Answer) : collector);
        Collector = new HostCollector(collectors, Time, NullLogger<HostCollector>.Instance);
    }

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_250));

    public HostOptions Options { get; }

    public HostCollector Collector { get; }

    public void Write(string path, string content) => File.WriteAllText(Path.Combine(_root, path), content);

    public void Delete(string path) => File.Delete(Path.Combine(_root, path));

    public void Dispose()
    {
        Collector.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    private static FilesystemSizes? Answer(string path, out string error)
    {
        error = path == "/home/team" ? "stale file handle" : "";
        return error.Length > 0 ? null : new FilesystemSizes(409_600, 204_800, 200_704, 1000, 990, false);
    }
}

using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Touchline.Collectors.Containers;
using Touchline.Collectors.Containers.Engines;
using Touchline.Collectors.Host;
using Touchline.Collectors.Tests.Host;

namespace Touchline.Collectors.Tests.Containers;

/// <summary>
/// A copy of the fixture files of one kind of machine (v1, hybrid, v2) that a test may change, and a collector over it. Container
/// <see cref="Docker"/> has two processes in a network of its own, with a socket open; a pod's two containers share one.
/// </summary>
internal sealed class ContainerFixture : IAsyncDisposable
{
    public const string Docker = "d0c7e20000000000000000000000000000000000000000000000000000000001";
    public const string Pod = "b0d0a10000000000000000000000000000000000000000000000000000000002";
    public const string Sandbox = "5a4db00000000000000000000000000000000000000000000000000000000003";
    public const string Libpod = "11b90d0000000000000000000000000000000000000000000000000000000004";

    private readonly string _root = Directory.CreateTempSubdirectory("touchline-containers-").FullName;

    public ContainerFixture(string layout, params IContainerEngine[] engines)
        : this(layout, options => options, engines)
    {
    }

    /// <param name="layout">The kind of machine.</param>
    /// <param name="change">Makes the options those of the test.</param>
    /// <param name="engines">Those that are asked for names.</param>
    public ContainerFixture(string layout, Func<ContainerOptions, ContainerOptions> change, params IContainerEngine[] engines)
    {
        var source = Path.Combine(AppContext.BaseDirectory, "Containers", "Fixtures");
        foreach (var part in new[] { layout, "proc", "sys", "root" })
        {
            var from = Path.Combine(source, part);
            foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
            {
                var copy = Path.Combine(_root, part == layout ? "" : part, Path.GetRelativePath(from, file));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy);
                File.SetLastWriteTimeUtc(copy, DateTime.UnixEpoch.AddSeconds(1_699_999_000));
            }
        }
        Link("proc/1/ns/net", "net:[1]");
        foreach (var (pid, network) in new[] { (100, 2), (101, 2), (199, 3), (200, 3), (300, 1), (400, 4), (499, 1), (500, 5), (501, 5) })
        {
            Link($"proc/{pid}/ns/net", $"net:[{network}]");
        }
        Link("proc/100/fd/0", "/dev/null");
        Link("proc/100/fd/1", "socket:[77]");
        Link("proc/101/fd/0", "/dev/null");
        Link("sys/dev/block/8:0", "../../devices/pci0/block/sda");
        Options = change(new ContainerOptions
        {
            CgroupRoot = Path.Combine(_root, "cgroup"),
            ProcPath = Path.Combine(_root, "proc"),
            SysPath = Path.Combine(_root, "sys"),
            RootFsPath = Path.Combine(_root, "root"),
            KernelLogPath = Path.Combine(_root, "kmsg"),
            EngineTimeout = TimeSpan.FromSeconds(30),
        });
        Collector = new ContainerCollector(Options, engines, Answer, Time, NullLogger<ContainerCollector>.Instance) { FirstNames = TimeSpan.FromSeconds(30) };
    }

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_250));

    public ContainerOptions Options { get; }

    public ContainerCollector Collector { get; }

    /// <summary>The lines of one metric's samples.</summary>
    public IReadOnlyList<string> Samples(string metric) =>
        [.. ExpositionText.Samples(Collector, metric).Where(line => line[metric.Length] is '{' or ' ')];

    /// <summary>The value of the one sample of a metric whose labels have all of these parts.</summary>
    public string Value(string metric, params string[] labels) =>
        Assert.Single(Samples(metric), line => labels.All(line.Contains)).Split(' ')[^1];

    public string PathOf(string path) => Path.Combine(_root, path);

    public void Write(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(path))!);
        File.WriteAllText(PathOf(path), content);
    }

    public void Link(string path, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(path))!);
        File.CreateSymbolicLink(PathOf(path), target);
    }

    public async ValueTask DisposeAsync()
    {
        await Collector.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    private static FilesystemSizes? Answer(string path, out string error)
    {
        error = "";
        return new FilesystemSizes(409_600, 204_800, 200_704, 1000, 990, false);
    }
}

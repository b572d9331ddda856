using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace Touchline.EndToEnd.Running;

/// <summary>
/// A container that runc runs: busybox in namespaces and a control group of its own, named as Docker names them. Needs root and a
/// control group that may be written to. Ends after some minutes at the latest, also where its test was killed.
/// </summary>
internal sealed class RealContainer : IAsyncDisposable
{
    private static readonly string Runc = Peers.Path("usr/sbin/runc");
    private static readonly string Busybox = Peers.Path("bin/busybox");

    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _madeParents = [];
    private readonly bool _hasLayers;

    private RealContainer(bool hasLayers)
    {
        _hasLayers = hasLayers;
        foreach (var parent in Parents().Where(parent => !Directory.Exists(parent)))
        {
            _madeParents.Add(parent);
        }
    }

    /// <summary>64 hexadecimal digits, as Docker's.</summary>
    public string Id { get; } = RandomNumberGenerator.GetHexString(64, lowercase: true);

    /// <summary>The label <c>id</c> of its series.</summary>
    public string Path => "/docker/" + Id;

    /// <summary>Why there can be no containers here; null where there can.</summary>
    public static string? Hindrance =>
        Environment.UserName != "root" ? "running a container needs root"
        : !BuiltInJobs.HasContainers ? "running a container needs control groups at /sys/fs/cgroup"
        : !CanMakeGroup() ? "the control groups at /sys/fs/cgroup may not be written to"
        : null;

    /// <summary>Whether overlays can be made here whose changes lie among temporary files: not on another overlay.</summary>
    public static async Task<bool> HasOverlaysAsync()
    {
        using var folder = new TemporaryFolder();
        foreach (var directory in new[] { "lower", "upper", "work", "root" })
        {
            Directory.CreateDirectory(folder.File(directory));
        }
        using var mount = Process.Start("/bin/sh",
            ["-c", "cd \"$0\" && mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work root 2>/dev/null && umount root", folder.Path])!;
        await mount.WaitForExitAsync();
        return mount.ExitCode == 0;
    }

    /// <summary>CPU time used so far, as its group counts it, in seconds.</summary>
    public double CpuSeconds => File.Exists("/sys/fs/cgroup/cgroup.controllers")
        ? Number(File.ReadLines($"/sys/fs/cgroup{Path}/cpu.stat").First(line => line.StartsWith("usage_usec", StringComparison.Ordinal))["usage_usec ".Length..]) / 1e6
        : Number(File.ReadAllText($"/sys/fs/cgroup/cpuacct{Path}/cpuacct.usage")) / 1e9;

    /// <summary>Where the container's own changes to its image are, with layers.</summary>
    public string WritableLayer => _folder.File("upper");

    /// <summary>Starts it; what it runs is a script of busybox's shell.</summary>
    /// <param name="script">What it runs.</param>
    /// <param name="memoryBytes">Its limit.</param>
    /// <param name="cpuQuotaMicroseconds">Of each tenth of a second.</param>
    /// <param name="hasLayers">Whether its root is an overlay over its image, as that of engines' containers is.</param>
    public static async Task<RealContainer> StartAsync(string script, long memoryBytes, int cpuQuotaMicroseconds = 100_000, bool hasLayers = false)
    {
        var container = new RealContainer(hasLayers);
        try
        {
            if (hasLayers)
            {
                await container.MountLayersAsync();
            }
            container.WriteBundle(script, memoryBytes, cpuQuotaMicroseconds);
            await container.RuncAsync("run", "-d", "--bundle", container._folder.Path, container.Id);
            return container;
        }
        catch
        {
            await container.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends it, with its group.</summary>
    public Task DeleteAsync() => RuncAsync("delete", "--force", Id);

    public async ValueTask DisposeAsync()
    {
        await DeleteAsync();
        if (_hasLayers)
        {
            await RunAsync("umount", _folder.File("rootfs"));
        }
        foreach (var parent in _madeParents.Where(Directory.Exists))
        {
            try
            {
                Directory.Delete(parent);
            }
            catch (IOException)
            {
                // Another container is in it.
            }
        }
        _folder.Dispose();
    }

    private void WriteBundle(string script, long memoryBytes, int cpuQuotaMicroseconds)
    {
        foreach (var directory in new[] { "bin", "proc", "dev" })
        {
            Directory.CreateDirectory(_folder.File("rootfs/" + directory));
        }
        File.Copy(Busybox, _folder.File("rootfs/bin/busybox"));
        var resources = new
        {
            memory = new { limit = memoryBytes, swap = memoryBytes },
            cpu = new { quota = cpuQuotaMicroseconds, period = 100_000, shares = 512 },
        };
        _folder.Write("config.json", JsonSerializer.Serialize(new
        {
            ociVersion = "1.0.2",
            process = new { user = new { uid = 0, gid = 0 }, args = (string[])["/bin/busybox", "timeout", "300", "/bin/busybox", "sh", "-c", script], cwd = "/" },
            root = new { path = "rootfs" },
            mounts = (object[])
            [
                new { destination = "/proc", type = "proc", source = "proc" },
                new { destination = "/dev", type = "tmpfs", source = "tmpfs", options = (string[])["nosuid", "mode=755", "size=64k"] },
            ],
            linux = new
            {
                cgroupsPath = Path,
                resources,
                namespaces = ((string[])["pid", "network", "ipc", "uts", "mount"]).Select(type => new { type }).ToArray(),
            },
        }));
    }

    /// <summary>The image is empty: what the bundle puts into the root is a change to it.</summary>
    private Task MountLayersAsync()
    {
        foreach (var directory in new[] { "lower", "upper", "work", "rootfs" })
        {
            Directory.CreateDirectory(_folder.File(directory));
        }
        return RunAsync("mount", "-t", "overlay", "overlay", "-o", $"lowerdir={_folder.File("lower")},upperdir={WritableLayer},workdir={_folder.File("work")}", _folder.File("rootfs"));
    }

    private Task RuncAsync(params string[] arguments) => RunAsync([Runc, "--root", _folder.File("state"), .. arguments]);

    private async Task RunAsync(params string[] command)
    {
        // The container inherits what runc writes to, so that is a file: a pipe would stay open until the container ends.
        var log = _folder.File("log");
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" </dev/null >>\"$0\" 2>&1", log, .. command]))!;
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{string.Join(' ', command)} ended with {process.ExitCode}: {(File.Exists(log) ? File.ReadAllText(log) : "")}");
    }

    private static IEnumerable<string> Parents() => File.Exists("/sys/fs/cgroup/cgroup.controllers")
        ? ["/sys/fs/cgroup/docker"]
        : Directory.EnumerateDirectories("/sys/fs/cgroup").Select(hierarchy => hierarchy + "/docker");

    private static bool CanMakeGroup()
    {
        var parent = File.Exists("/sys/fs/cgroup/cgroup.controllers") ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory";
        var group = string.Create(CultureInfo.InvariantCulture, $"{parent}/touchline-may-{Environment.ProcessId}");
        try
        {
            Directory.CreateDirectory(group);
            Directory.Delete(group);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static double Number(string text) => double.Parse(text.Trim(), CultureInfo.InvariantCulture);
}

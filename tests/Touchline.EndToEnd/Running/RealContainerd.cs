using System.Diagnostics;
using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text.Json;

namespace Touchline.EndToEnd.Running;

/// <summary>
/// A containerd of a test's own, on a socket and in folders of its own, with an image of busybox that is made on the spot. Needs root and
/// a control group that may be written to. Containers end after some minutes at the latest, also where their test was killed.
/// </summary>
internal sealed class RealContainerd : IAsyncDisposable
{
    public const string Image = "example.test/busybox:1";

    /// <summary>Makes whole copies of images, which works on every file system.</summary>
    private const string Snapshotter = "native";

    private const string LayerType = "application/vnd.oci.image.layer.v1.tar";
    private const string ManifestType = "application/vnd.oci.image.manifest.v1+json";
    private const string ConfigurationType = "application/vnd.oci.image.config.v1+json";

    private static readonly string Programs = Peers.Path("usr/bin") + ":" + Peers.Path("usr/sbin") + ":" + Environment.GetEnvironmentVariable("PATH");

    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _containers = [];
    private Process? _process;

    private RealContainerd() => Namespace = System.IO.Path.GetFileName(_folder.Path);

    /// <summary>Why there can be none here; null where there can.</summary>
    public static string? Hindrance =>
        RealContainer.Hindrance ?? (File.Exists(Peers.Path("usr/bin/containerd")) ? null : $"there is no {Peers.Path("usr/bin/containerd")}; tests/install-peers fetches it");

    public string Socket => _folder.File("socket");

    /// <summary>The containers of the test are in it, and their groups below one of its name.</summary>
    public string Namespace { get; }

    public static async Task<RealContainerd> StartAsync()
    {
        var containerd = new RealContainerd();
        try
        {
            containerd.StartProgram();
            await Eventually.TrueAsync(
                async () => await containerd.TryControlAsync("version") == 0, () => $"containerd does not answer:\n{containerd.Log}");
            containerd.MakeImage();
            await containerd.ControlAsync("image", "import", "--snapshotter", Snapshotter, containerd._folder.File("image.tar"));
            return containerd;
        }
        catch
        {
            await containerd.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a container that runs a script of busybox's shell, with options of <c>ctr run</c>.</summary>
    public Task RunAsync(string id, string script, params string[] options)
    {
        _containers.Add(id);
        return ControlAsync(
            ["run", "--detach", "--snapshotter", Snapshotter, .. options, Image, id, "/bin/busybox", "timeout", "300", "/bin/busybox", "sh", "-c", script]);
    }

    /// <summary>Waits until a container's process has ended.</summary>
    public Task EndedAsync(string id) => Eventually.TrueAsync(
        async () =>
        {
            await ControlAsync("task", "list");
            return File.ReadAllText(_folder.File("control")).Split('\n').Any(line => line.StartsWith(id + " ", StringComparison.Ordinal) && line.Contains("STOPPED", StringComparison.Ordinal));
        },
        () => $"{id} does not end:\n{Log}");

    public async ValueTask DisposeAsync()
    {
        foreach (var id in _containers)
        {
            // It may have ended already, or never have begun.
            await TryControlAsync("task", "delete", "--force", id);
        }
        if (_process is not null)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }
        foreach (var group in Groups().Where(Directory.Exists))
        {
            Directory.Delete(group);
        }
        await Eventually.TrueAsync(TryRemoveFolder, $"{_folder.Path} cannot be removed");
    }

    private string Log => File.Exists(_folder.File("log")) ? File.ReadAllText(_folder.File("log")) : "";

    private void StartProgram()
    {
        _folder.Write("config.toml", $"""
            version = 2
            root = "{_folder.File("root")}"
            state = "{_folder.File("state")}"
            disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs"]
            [grpc]
            address = "{Socket}"
            [ttrpc]
            address = "{Socket}.ttrpc"
            """);
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec containerd --config \"$0/config.toml\" </dev/null >\"$0/log\" 2>&1", _folder.Path]);
        start.Environment["PATH"] = Programs;
        _process = Process.Start(start);
    }

    private async Task ControlAsync(params string[] arguments)
    {
        var code = await TryControlAsync(arguments);
        Assert.True(code == 0, $"ctr {string.Join(' ', arguments)} ended with {code}: {File.ReadAllText(_folder.File("control"))}\n{Log}");
    }

    /// <summary>Gives ctr's exit code. A container inherits what ctr writes to, so that is a file: a pipe would stay open until the container ends.</summary>
    private async Task<int> TryControlAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(
            "/bin/sh", ["-c", "exec ctr \"$@\" </dev/null >\"$0\" 2>&1", _folder.File("control"), "--address", Socket, "--namespace", Namespace, "--connect-timeout", "1s", .. arguments]);
        start.Environment["PATH"] = Programs;
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    /// <summary>One layer with busybox in it, in the layout of the Open Container Initiative.</summary>
    private void MakeImage()
    {
        foreach (var directory in new[] { "layer/bin", "layer/proc", "layer/dev", "layer/sys" })
        {
            Directory.CreateDirectory(_folder.File(directory));
        }
        File.Copy(Peers.Path("bin/busybox"), _folder.File("layer/bin/busybox"));
        TarFile.CreateFromDirectory(_folder.File("layer"), _folder.File("layer.tar"), includeBaseDirectory: false);
        var layer = AddBlob(LayerType, File.ReadAllBytes(_folder.File("layer.tar")));
        var configuration = AddBlob(ConfigurationType, JsonSerializer.SerializeToUtf8Bytes(new
        {
            architecture = System.Runtime.InteropServices.RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? "arm64" : "amd64",
            os = "linux",
            config = new { Env = (string[])["TEAM=football"] },
            rootfs = new { type = "layers", diff_ids = (string[])[layer.digest] },
        }));
        var manifest = AddBlob(ManifestType, JsonSerializer.SerializeToUtf8Bytes(
            new { schemaVersion = 2, mediaType = ManifestType, config = configuration, layers = (Blob[])[layer] }));
        manifest = manifest with { annotations = new() { ["io.containerd.image.name"] = Image } };
        _folder.Write("image/index.json", JsonSerializer.Serialize(new { schemaVersion = 2, manifests = (Blob[])[manifest] }));
        _folder.Write("image/oci-layout", """{"imageLayoutVersion":"1.0.0"}""");
        TarFile.CreateFromDirectory(_folder.File("image"), _folder.File("image.tar"), includeBaseDirectory: false);
    }

    private Blob AddBlob(string type, byte[] content)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(content));
        Directory.CreateDirectory(_folder.File("image/blobs/sha256"));
        File.WriteAllBytes(_folder.File("image/blobs/sha256/" + digest), content);
        return new Blob(type, "sha256:" + digest, content.Length);
    }

    private IEnumerable<string> Groups() => File.Exists("/sys/fs/cgroup/cgroup.controllers")
        ? [$"/sys/fs/cgroup/{Namespace}"]
        : Directory.EnumerateDirectories("/sys/fs/cgroup").Select(hierarchy => $"{hierarchy}/{Namespace}");

    /// <summary>False while what watched a container, and ends with it, still writes there.</summary>
    private bool TryRemoveFolder()
    {
        try
        {
            _folder.Dispose();
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>A descriptor, in the words of its format.</summary>
    private sealed record Blob(string mediaType, string digest, long size)
    {
        [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
        public Dictionary<string, string>? annotations { get; init; }
    }
}

using System.Diagnostics;
using System.Net.Sockets;

namespace Touchline.Differential.Host;

/// <summary>
/// A real systemd that manages units of a test's own, with a real D-Bus. It runs in namespaces and a control group of its own, so that it sees
/// no process but its own: it takes all that it sees under its control. Needs root. Ends after some minutes at the latest, also where its test was killed.
/// </summary>
internal sealed class RealSystemd : IAsyncDisposable
{
    private const string Program = "/lib/systemd/systemd";

    /// <summary>With the second version of control groups alone, or beside the first.</summary>
    private static readonly string? GroupRoot =
        new[] { "/sys/fs/cgroup", "/sys/fs/cgroup/unified" }.FirstOrDefault(folder => File.Exists(Path.Combine(folder, "cgroup.controllers")));

    /// <summary>A user's systemd wants the machine to have been started by one, and thinks so where it finds this folder.</summary>
    private const string Script = """
        mkdir -m 700 "$0/run" && mkdir "$1" && echo $$ >"$1/cgroup.procs" || exit 1
        exec unshare --cgroup --mount --pid --fork --kill-child --mount-proc sh -c '
            mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/system && umount -l /sys/fs/cgroup && mount -t cgroup2 none /sys/fs/cgroup || exit 1
            unset DBUS_SESSION_BUS_ADDRESS
            XDG_RUNTIME_DIR=$0/run HOME=$0 SYSTEMD_UNIT_PATH=$0/units /lib/systemd/systemd --user --log-target=console &
            sleep 300' "$0"
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("touchline-systemd-");
    private readonly string _group;
    private Process? _process;

    private RealSystemd() => _group = $"{GroupRoot}/{_folder.Name}";

    /// <summary>Why there can be none here; null where there can.</summary>
    public static string? Hindrance =>
        Environment.UserName != "root" ? "running a systemd needs root"
        : !File.Exists(Program) ? $"there is no {Program}"
        : GroupRoot is null ? "running a systemd needs control groups of the second version at /sys/fs/cgroup"
        : null;

    public string Address => $"unix:path={_folder.FullName}/run/bus";

    /// <summary>Starts it with units, each by its name and what it says beside that it depends on nothing. It wants all of them that are given to <paramref name="wants"/>.</summary>
    public static async Task<RealSystemd> StartAsync(IReadOnlyDictionary<string, string> units, string wants)
    {
        var systemd = new RealSystemd();
        try
        {
            await systemd.WriteAsync(units, wants);
            var log = Path.Combine(systemd._folder.FullName, "log");
            systemd._process = Process.Start(new ProcessStartInfo(
                "/bin/sh", ["-c", "exec sh -c \"$1\" \"$0\" \"$2\" </dev/null >\"$3\" 2>&1", systemd._folder.FullName, Script, systemd._group, log]))!;
            return systemd;
        }
        catch
        {
            await systemd.DisposeAsync();
            throw;
        }
    }

    /// <summary>Where a unit of the test's may listen.</summary>
    public static string Listening(string name) => $"%t/{name}";

    /// <summary>Connects to where a unit listens.</summary>
    public async Task<Socket> ConnectAsync(string name, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(_folder.FullName, "run", name)), cancellationToken);
        return socket;
    }

    /// <summary>What it and its units said.</summary>
    public string Log => File.ReadAllText(Path.Combine(_folder.FullName, "log"));

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            // With the first process of its namespace, all others of it end.
            _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }
        for (var attempt = 0; Directory.Exists(_group) && !TryRemoveGroups(); attempt++)
        {
            Assert.True(attempt < 600, $"{_group} cannot be removed");
            await Task.Delay(50);
        }
        _folder.Delete(recursive: true);
    }

    private async Task WriteAsync(IReadOnlyDictionary<string, string> units, string wants)
    {
        var folder = _folder.CreateSubdirectory("units").FullName;
        var bus = Path.Combine(_folder.FullName, "bus.conf");
        await File.WriteAllTextAsync(bus, $"""
            <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
            <busconfig>
              <listen>unix:path={_folder.FullName}/unused</listen>
              <auth>EXTERNAL</auth>
              <policy context="default">
                <allow user="*"/>
                <allow own="*"/>
                <allow send_destination="*"/>
                <allow receive_sender="*"/>
              </policy>
            </busconfig>
            """);
        // It speaks on a bus only where that is a unit of its own, by these names.
        var all = new Dictionary<string, string>(units)
        {
            ["dbus.socket"] = $"[Socket]\nListenStream={Listening("bus")}\n",
            ["dbus.service"] = $"Requires=dbus.socket\nAfter=dbus.socket\n[Service]\nType=notify\nExecStart=/usr/bin/dbus-daemon --config-file={bus} --address=systemd: --nofork --nopidfile --systemd-activation\n",
            ["default.target"] = "",
        };
        foreach (var (name, text) in all)
        {
            var wanted = name == "default.target" ? $"Wants=dbus.service {wants}\n" : "";
            await File.WriteAllTextAsync(Path.Combine(folder, name), $"[Unit]\nDefaultDependencies=no\n{wanted}{text}");
        }
    }

    /// <summary>False where a process that has just ended is still counted in one.</summary>
    private bool TryRemoveGroups()
    {
        try
        {
            foreach (var group in Directory.EnumerateDirectories(_group, "*", SearchOption.AllDirectories).OrderByDescending(group => group.Length).Append(_group).ToList())
            {
                Directory.Delete(group);
            }
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}

using Touchline.Collectors.Containers;

namespace Touchline.Tests.Hosting;

/// <summary>A machine's control groups (version 2) with one container, without any engine.</summary>
internal sealed class FakeGroups : IDisposable
{
    public const string Container = "d0c7e20000000000000000000000000000000000000000000000000000000001";

    private readonly string _root = Directory.CreateTempSubdirectory("touchline-groups-").FullName;

    public FakeGroups()
    {
        var container = Path.Combine(_root, $"system.slice/docker-{Container}.scope");
        Directory.CreateDirectory(container);
        File.WriteAllText(Path.Combine(_root, "cgroup.controllers"), "cpu memory\n");
        File.WriteAllText(Path.Combine(container, "memory.current"), "1048576\n");
        File.WriteAllText(Path.Combine(container, "memory.max"), "4194304\n");
        File.WriteAllText(Path.Combine(container, "cpu.stat"), "usage_usec 1500000\n");
        Options = new ContainerOptions { CgroupRoot = _root, DockerSockets = [], CriSockets = [], KernelLogPath = "" };
    }

    public ContainerOptions Options { get; }

    public void Dispose() => Directory.Delete(_root, recursive: true);
}

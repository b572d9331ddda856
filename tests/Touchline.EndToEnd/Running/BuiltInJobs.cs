namespace Touchline.EndToEnd.Running;

/// <summary>What is watched without being asked for, which depends on the machine: containers are where control groups can be seen.</summary>
internal static class BuiltInJobs
{
    public static bool HasContainers { get; } =
        File.Exists("/sys/fs/cgroup/cgroup.controllers") || Directory.Exists("/sys/fs/cgroup/memory");

    /// <summary>In the order of the targets.</summary>
    public static IReadOnlyList<string> Names { get; } = HasContainers ? ["node", "cadvisor", "touchline"] : ["node", "touchline"];
}

using Touchline.Collectors.Host.Settings;
using Touchline.Model;

namespace Touchline.Collectors.Host;

/// <summary>The settings of the collector of filesystems.</summary>
internal static class FilesystemFlags
{
    public static readonly NodeFlag MountPointsInclude = new(
        "collector.filesystem.mount-points-include", NodeFlagKind.Pattern, "", "Mount points that are watched, no others.");

    public static readonly NodeFlag MountPointsExclude = new(
        "collector.filesystem.mount-points-exclude", NodeFlagKind.Pattern,
        "^/(dev|proc|run|sys|mnt|media|var/lib/docker/.+|var/lib/containers/storage/.+)($|/)", "Mount points that are not watched.")
    {
        Rival = MountPointsInclude,
        FormerName = "collector.filesystem.ignored-mount-points",
    };

    public static readonly NodeFlag TypesInclude = new(
        "collector.filesystem.fs-types-include", NodeFlagKind.Pattern, "", "Types of filesystems that are watched, no others.");

    public static readonly NodeFlag TypesExclude = new(
        "collector.filesystem.fs-types-exclude", NodeFlagKind.Pattern,
        "^(autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts|devtmpfs|fusectl|hugetlbfs|iso9660|mqueue|nsfs|overlay|proc|procfs|pstore|"
        + "rpc_pipefs|securityfs|selinuxfs|squashfs|erofs|sysfs|tracefs)$",
        "Types of filesystems that are not watched.")
    {
        Rival = TypesInclude,
        FormerName = "collector.filesystem.ignored-fs-types",
    };

    public static readonly NodeFlag MountTimeout = new(
        "collector.filesystem.mount-timeout", NodeFlagKind.Text, "5s", "How long a mount may take to answer; more than 400ms is taken as that.")
    {
        Check = text => PrometheusDuration.TryParse(text, out var milliseconds) && milliseconds > 0 ? null : $"\"{text}\" is not a duration; write it as 500ms",
    };

    /// <summary>Taken and without effect: one thread asks all mounts, and another one goes on where it hangs.</summary>
    public static readonly NodeFlag Workers = new("collector.filesystem.stat-workers", NodeFlagKind.Text, "4", "Has no effect.");

    public static IReadOnlyList<NodeFlag> All { get; } = [MountPointsExclude, MountPointsInclude, TypesExclude, TypesInclude, MountTimeout, Workers];
}

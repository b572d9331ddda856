using System.Text.Json;

namespace Touchline.Collectors.Containers.Engines;

/// <summary>Parts of a container's specification as runtimes take it (OCI runtime-spec, config.json). What is not there is empty.</summary>
internal static class OciSpecification
{
    private const int MaxVariables = 10_000;

    /// <summary>The variables of its process, <c>NAME=value</c>.</summary>
    public static List<string> Environment(JsonElement specification) => Texts(specification.Part("process").Part("env"));

    /// <summary>The path of its group below the mount, where it is given as such and not as names for systemd.</summary>
    public static string CgroupPath(JsonElement specification) =>
        specification.Part("linux").Text("cgroupsPath") is ['/', ..] path ? path : "";

    /// <summary>The texts of an array.</summary>
    public static List<string> Texts(JsonElement array) => array.ValueKind != JsonValueKind.Array ? []
        : [.. array.EnumerateArray().Take(MaxVariables).Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)];
}

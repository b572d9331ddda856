using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Touchline.Collectors.Containers.Cgroups;

/// <summary>Who made a group.</summary>
public enum CgroupKind
{
    /// <summary>The root, a slice, or a group that nobody known makes.</summary>
    Other,

    /// <summary>A unit of systemd that runs something.</summary>
    Service,
    Docker,
    Podman,
    Containerd,
    CriO,
    Lxc,
    Nspawn,
}

/// <summary>What a group's path says: who made it, and the container's id (64 hexadecimal digits) or name.</summary>
internal readonly partial record struct CgroupName(CgroupKind Kind, string Id, bool InPod)
{
    public bool IsContainer => Kind is not (CgroupKind.Other or CgroupKind.Service);

    /// <summary>Whether the id is one that an engine made up, and not a name that a person gave.</summary>
    public bool HasEngineId => IsContainer && EngineId().IsMatch(Id);

    public static CgroupName Of(string path)
    {
        var last = path[(path.LastIndexOf('/') + 1)..];
        var parent = path[..^Math.Min(path.Length, last.Length + 1)];
        var inPod = path.StartsWith("/kubepods", StringComparison.Ordinal) || path.Contains("/kubepods", StringComparison.Ordinal);
        return Scope(last, inPod) ?? Plain(last, parent, inPod) ?? Machine(last, parent)
            ?? new CgroupName(last.EndsWith(".service", StringComparison.Ordinal) ? CgroupKind.Service : CgroupKind.Other, "", inPod);
    }

    /// <summary>As systemd is asked for them: <c>docker-ID.scope</c>. Those of <c>conmon</c> hold the container's watcher and not the container.</summary>
    private static CgroupName? Scope(string last, bool inPod)
    {
        if (ScopeName().Match(last) is not { Success: true } scope)
        {
            // containerd's own runtime without a driver for systemd's names: slice:prefix:id
            return last.Split(':') is [_, var prefix, var id] && EngineId().IsMatch(id) ? new CgroupName(KindOf(prefix), id, inPod) : null;
        }
        return new CgroupName(KindOf(scope.Groups[1].Value), scope.Groups[2].Value, inPod);
    }

    /// <summary>As engines make them without systemd: the id below a folder of the engine's name.</summary>
    private static CgroupName? Plain(string last, string parent, bool inPod)
    {
        if (!EngineId().IsMatch(last))
        {
            return null;
        }
        var owner = parent[(parent.LastIndexOf('/') + 1)..];
        return owner switch
        {
            "docker" => new CgroupName(CgroupKind.Docker, last, inPod),
            "libpod_parent" => new CgroupName(CgroupKind.Podman, last, inPod),
            "crio" => new CgroupName(CgroupKind.CriO, last, inPod),
            // A namespace of containerd stands where Docker writes its own name.
            "default" or "k8s.io" or "moby" or "nerdctl" => new CgroupName(CgroupKind.Containerd, last, inPod),
            _ when inPod => new CgroupName(CgroupKind.Containerd, last, inPod),
            _ => null,
        };
    }

    private static CgroupName? Machine(string last, string parent)
    {
        if (parent is "/lxc" or "/lxc.payload")
        {
            return new CgroupName(CgroupKind.Lxc, last, false);
        }
        if (parent.Length == 0 && last.StartsWith("lxc.payload.", StringComparison.Ordinal))
        {
            return new CgroupName(CgroupKind.Lxc, last["lxc.payload.".Length..], false);
        }
        if (NspawnName().Match(last) is { Success: true } nspawn && parent.EndsWith("machine.slice", StringComparison.Ordinal))
        {
            return new CgroupName(CgroupKind.Nspawn, Unescape(nspawn.Groups["name"].Value), false);
        }
        return null;
    }

    private static CgroupKind KindOf(string prefix) => prefix switch
    {
        "docker" => CgroupKind.Docker,
        "libpod" => CgroupKind.Podman,
        "crio" => CgroupKind.CriO,
        _ => CgroupKind.Containerd,
    };

    /// <summary>systemd writes what may not stand in a unit's name as a backslash, x and two hexadecimal digits.</summary>
    private static string Unescape(string name)
    {
        var bytes = new List<byte>();
        for (var i = 0; i < name.Length; i++)
        {
            if (i + 3 < name.Length && name[i] == '\\' && name[i + 1] == 'x'
                && byte.TryParse(name.AsSpan(i + 2, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var escaped))
            {
                bytes.Add(escaped);
                i += 3;
            }
            else
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(name, i, 1));
            }
        }
        return Encoding.UTF8.GetString([.. bytes]);
    }

    [GeneratedRegex("^[0-9a-f]{64}$", RegexOptions.CultureInvariant)]
    private static partial Regex EngineId();

    [GeneratedRegex("^(docker|libpod|cri-containerd|crio|nerdctl|containerd)-([0-9a-f]{64})(?:\\.scope)?$", RegexOptions.CultureInvariant)]
    private static partial Regex ScopeName();

    [GeneratedRegex("^(?:systemd-nspawn@(?<name>.+)\\.service|machine-(?<name>.+)\\.scope)$", RegexOptions.CultureInvariant)]
    private static partial Regex NspawnName();
}

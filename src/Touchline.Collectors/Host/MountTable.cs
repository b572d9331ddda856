using System.Text;
using Touchline.Collectors.Host.Reading;
using Touchline.Collectors.Host.Settings;

namespace Touchline.Collectors.Host;

/// <summary>A mounted filesystem.</summary>
internal sealed class Mount(string device, string mountPoint, string type, string major, string minor, bool isReadOnly)
{
    private readonly string[] _labels = ["device", device, "mountpoint", mountPoint, "fstype", type, "device_error", ""];
    private string[]? _errorLabels;

    public string Device { get; } = device;

    public string MountPoint { get; } = mountPoint;

    public string Major { get; } = major;

    public string Minor { get; } = minor;

    public bool IsReadOnly { get; } = isReadOnly;

    /// <summary>Label names and values of its samples; made once for the usual case of no error.</summary>
    public ReadOnlySpan<string> Labels(string error)
    {
        if (error.Length == 0)
        {
            return _labels;
        }
        if (_errorLabels is null || _errorLabels[^1] != error)
        {
            _errorLabels = [.. _labels.AsSpan(0, _labels.Length - 1), error];
        }
        return _errorLabels;
    }
}

/// <summary>The mounts that are worth watching, by the rules of node_exporter. The table is parsed again only when it changed.</summary>
internal sealed class MountTable(HostOptions options)
{
    private readonly NameFilter _mountPoints = NameFilter.Of(options, FilesystemFlags.MountPointsExclude, FilesystemFlags.MountPointsInclude);
    private readonly NameFilter _types = NameFilter.Of(options, FilesystemFlags.TypesExclude, FilesystemFlags.TypesInclude);
    private readonly FileReader _reader = new();
    private readonly string _hostPath = Path.Combine(options.ProcPath, "1/mountinfo");
    private readonly string _ownPath = Path.Combine(options.ProcPath, "self/mountinfo");
    private byte[] _lastText = [];
    private Mount[] _mounts = [];

    public ReadOnlyMemory<Mount> Read()
    {
        // Process 1 has the host's view; who may not read it sees its own.
        var text = _reader.TryRead(_hostPath, out var content) ? content : _reader.Read(_ownPath);
        if (!text.SequenceEqual(_lastText))
        {
            _mounts = [.. Parse(text)];
            _lastText = text.ToArray();
        }
        return _mounts;
    }

    private List<Mount> Parse(ReadOnlySpan<byte> text)
    {
        var mounts = new List<Mount>();
        var seen = new HashSet<(string, string, string)>();
        foreach (var line in Encoding.UTF8.GetString(text).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            // proc(5): id parent major:minor root mountpoint options [optional…] - type source super-options
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var separator = Array.IndexOf(fields, "-");
            if (separator < 6 || fields.Length < separator + 4)
            {
                throw new FormatException($"not a line of mountinfo: {line}");
            }
            var mountPoint = WithoutRoot(Unescape(fields[4]));
            var type = fields[separator + 1];
            if (!_types.Allows(type) || !_mountPoints.Allows(mountPoint))
            {
                continue;
            }
            var device = Unescape(fields[separator + 2]);
            if (!seen.Add((device, mountPoint, type)))
            {
                continue;
            }
            var numbers = fields[2].Split(':');
            var isReadOnly = HasReadOnly(fields[5]) || HasReadOnly(fields[separator + 3]);
            mounts.Add(new Mount(device, mountPoint, type, numbers[0], numbers[^1], isReadOnly));
        }
        return mounts;
    }

    private string WithoutRoot(string mountPoint)
    {
        var root = options.RootFsPath.TrimEnd('/');
        if (root.Length == 0 || !mountPoint.StartsWith(root, StringComparison.Ordinal))
        {
            return mountPoint;
        }
        var stripped = mountPoint[root.Length..];
        return stripped.Length == 0 ? "/" : stripped;
    }

    private static bool HasReadOnly(string options) => options.Split(',').Contains("ro");

    /// <summary>The kernel writes blanks, tabs, line ends and backslashes as three octal digits.</summary>
    private static string Unescape(string field)
    {
        if (!field.Contains('\\'))
        {
            return field;
        }
        return field.Replace("\\040", " ", StringComparison.Ordinal).Replace("\\011", "\t", StringComparison.Ordinal)
            .Replace("\\012", "\n", StringComparison.Ordinal).Replace("\\134", "\\", StringComparison.Ordinal);
    }
}

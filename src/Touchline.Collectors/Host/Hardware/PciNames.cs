using System.Text;
using Touchline.Configuration;

namespace Touchline.Collectors.Host.Hardware;

/// <summary>Names of PCI vendors, devices and classes, from the list pci.ids that distributions carry. Immutable.</summary>
internal sealed class PciNames
{
    // The list has grown to 1.5 MB in twenty years.
    private const long MaxBytes = 32 * 1024 * 1024;

    private static readonly string[] DefaultPaths = ["/usr/share/misc/pci.ids", "/usr/share/hwdata/pci.ids"];

    /// <summary>Names by the digits that identify them: of a vendor, a device behind its vendor, a subsystem behind both.</summary>
    private readonly Dictionary<string, string> _devices = new(StringComparer.OrdinalIgnoreCase);

    private readonly Dictionary<string, string> _classes = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads the list at a path, or where distributions put it if none is given. Without one, identifiers stand for names.</summary>
    public static PciNames Read(string path)
    {
        var names = new PciNames();
        var found = path.Length > 0 ? path : Array.Find(DefaultPaths, File.Exists);
        if (found is not null && File.Exists(found) && new FileInfo(found).Length <= MaxBytes)
        {
            using var list = new StreamReader(PlainFile.OpenRead(found), Encoding.UTF8);
            names.Add(list);
        }
        return names;
    }

    public string Vendor(string vendor) => _devices.GetValueOrDefault(vendor, vendor);

    public string Device(string vendor, string device) => _devices.GetValueOrDefault($"{vendor} {device}", device);

    public string Subsystem(string vendor, string device, string subsystemVendor, string subsystem) =>
        _devices.GetValueOrDefault($"{vendor} {device} {subsystemVendor} {subsystem}", subsystem);

    /// <summary>The name of a class of six digits, or of the wider one that it belongs to.</summary>
    public string Class(string digits)
    {
        foreach (var length in (ReadOnlySpan<int>)[6, 4, 2])
        {
            if (_classes.TryGetValue(digits[..length], out var name))
            {
                return name;
            }
        }
        return $"Unknown class ({digits})";
    }

    /// <summary>Lines are indented by tabs below what they belong to: vendor, device, subsystem; or behind a C, class, subclass, interface.</summary>
    private void Add(StreamReader list)
    {
        var parents = new string[3];
        var isClass = false;
        while (list.ReadLine() is { } line)
        {
            var depth = line.Length - line.TrimStart('\t').Length;
            var separator = line.IndexOf("  ", StringComparison.Ordinal);
            if (line.StartsWith('#') || separator < 0 || depth > 2)
            {
                continue;
            }
            isClass = depth == 0 ? line.StartsWith("C ", StringComparison.Ordinal) : isClass;
            var id = line[depth..separator].Trim();
            id = isClass && depth == 0 ? id[1..].Trim() : id;
            parents[depth] = depth == 0 ? id : isClass ? parents[depth - 1] + id : $"{parents[depth - 1]} {id}";
            (isClass ? _classes : _devices)[parents[depth]] = line[separator..].Trim();
        }
    }
}

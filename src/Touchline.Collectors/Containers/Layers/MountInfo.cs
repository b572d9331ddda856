using System.Text;

namespace Touchline.Collectors.Containers.Layers;

/// <summary>A line of a process's mountinfo, as far as layers need it.</summary>
/// <param name="Device">The numbers of the device.</param>
/// <param name="Root">What of the file system is mounted.</param>
/// <param name="MountPoint">As the process sees it.</param>
/// <param name="Type">The type of the file system.</param>
/// <param name="Source">The device, or what stands for one.</param>
/// <param name="Options">Of the file system, comma-separated.</param>
internal sealed record MountInfo(string Device, string Root, string MountPoint, string Type, string Source, string Options)
{
    /// <summary>In the order of the table: a later mount covers an earlier one at the same place. Lines that are none are left out.</summary>
    public static IEnumerable<MountInfo> Parse(ReadOnlySpan<byte> text) =>
        Encoding.UTF8.GetString(text).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(OfLine).OfType<MountInfo>();

    /// <summary>Where other mounts show the directory that this one shows, the innermost of them; empty where none does.</summary>
    public string PathAmong(IEnumerable<MountInfo> others)
    {
        var found = others.Where(other => other.Device == Device && Has(other.Root, Root)).MaxBy(other => other.Root.Length);
        var rest = found is null ? "" : Root[found.Root.Length..].TrimStart('/');
        return found is null || rest.Length == 0 ? found?.MountPoint ?? "" : Path.Join(found.MountPoint, rest);
    }

    /// <summary>The directory that an overlay writes to; empty where this is none as a whole, or the directory is not told by its whole path.</summary>
    public string UpperDirectory()
    {
        const string Key = "upperdir=";
        var option = Type != "overlay" || Root != "/" ? null : Options.Split(',').FirstOrDefault(option => option.StartsWith(Key, StringComparison.Ordinal));
        return option is not null && option.AsSpan(Key.Length).StartsWith('/') ? Unescape(option[Key.Length..]) : "";
    }

    /// <summary>Whether a path is the mount point or lies below it.</summary>
    public bool Has(string path) => Has(MountPoint, path);

    private static bool Has(string directory, string path) =>
        directory == "/" || (path.StartsWith(directory, StringComparison.Ordinal) && (path.Length == directory.Length || path[directory.Length] == '/'));

    /// <summary>proc(5): id parent major:minor root mountpoint options [optional…] - type source super-options</summary>
    private static MountInfo? OfLine(string line)
    {
        var fields = line.Split(' ');
        var separator = Array.IndexOf(fields, "-");
        return separator < 6 || fields.Length < separator + 4 ? null
            : new MountInfo(fields[2], Unescape(fields[3]), Unescape(fields[4]), fields[separator + 1], Unescape(fields[separator + 2]), fields[separator + 3]);
    }

    /// <summary>The kernel writes bytes that would mislead a reader as a backslash and three octal digits.</summary>
    private static string Unescape(string field)
    {
        if (!field.Contains('\\'))
        {
            return field;
        }
        var bytes = new List<byte>(field.Length);
        for (var i = 0; i < field.Length; i++)
        {
            if (field[i] == '\\' && i + 3 < field.Length && IsOctal(field.AsSpan(i + 1, 3)))
            {
                bytes.Add((byte)(((field[i + 1] - '0') << 6) | ((field[i + 2] - '0') << 3) | (field[i + 3] - '0')));
                i += 3;
            }
            else
            {
                var length = char.IsHighSurrogate(field[i]) && i + 1 < field.Length ? 2 : 1;
                bytes.AddRange(Encoding.UTF8.GetBytes(field, i, length));
                i += length - 1;
            }
        }
        return Encoding.UTF8.GetString([.. bytes]);
    }

    private static bool IsOctal(ReadOnlySpan<char> digits) => digits.IndexOfAnyExceptInRange('0', '7') < 0;
}

using System.Globalization;
using System.Text;

namespace Touchline.Collectors.Host.Reading;

/// <summary>Reads files of one value each and lists folders, as /sys holds them. Owned by one collector; not thread-safe.</summary>
internal sealed class SysFiles
{
    private readonly FileReader _reader = new();

    /// <summary>The content without blanks around it.</summary>
    /// <exception cref="IOException">The file is not there, or the driver does not answer.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public string Text(string path) => Encoding.UTF8.GetString(_reader.Read(path)).Trim();

    /// <summary>False where the file is not there or refuses to be read, which is how /sys says "not known".</summary>
    public bool TryText(string path, out string text)
    {
        var found = _reader.TryRead(path, out var content);
        text = found ? Encoding.UTF8.GetString(content).Trim() : "";
        return found;
    }

    /// <summary>As <see cref="TryText"/>, with the blanks that belong to a name; only the line's end is taken off.</summary>
    public bool TryLine(string path, out string text)
    {
        var found = _reader.TryRead(path, out var content);
        text = found ? Encoding.UTF8.GetString(content).Trim('\n') : "";
        return found;
    }

    /// <summary>The content; empty where the file is not there or refuses to be read.</summary>
    public string TextOrEmpty(string path) => TryText(path, out var text) ? text : "";

    /// <summary>The lines of a file, without the empty ones.</summary>
    public string[] Lines(string path) => Encoding.UTF8.GetString(_reader.Read(path)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The whole number that a file holds.</summary>
    /// <exception cref="FormatException">It holds something else.</exception>
    public double Whole(string path) => WholeNumber.Parse(Text(path), path);

    /// <summary>As <see cref="Whole"/>, but false where there is no such file or the driver does not say.</summary>
    public bool TryWhole(string path, out double value)
    {
        value = 0;
        if (!TryText(path, out var text))
        {
            return false;
        }
        value = WholeNumber.Parse(text, path);
        return true;
    }

    /// <summary>The names of what stands in a folder, in order.</summary>
    /// <exception cref="IOException">There is no such folder.</exception>
    public static IEnumerable<string> Names(string folder) =>
        Directory.EnumerateFileSystemEntries(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    /// <summary>The paths of what stands in a folder under a name with this beginning, in order; none where there is no such folder.</summary>
    public static IEnumerable<string> Find(string folder, string beginning) => Directory.Exists(folder)
        ? Directory.EnumerateFileSystemEntries(folder)
            .Where(path => Path.GetFileName(path).StartsWith(beginning, StringComparison.Ordinal)).Order(StringComparer.Ordinal)
        : [];

    /// <summary>As <see cref="Find"/>, for names that go on with a digit: <c>mc0</c>.</summary>
    public static IEnumerable<string> FindNumbered(string folder, string beginning) =>
        Find(folder, beginning).Where(path => Path.GetFileName(path.AsSpan()) is var name && name.Length > beginning.Length && char.IsAsciiDigit(name[beginning.Length]));
}

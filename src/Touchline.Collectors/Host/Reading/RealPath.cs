namespace Touchline.Collectors.Host.Reading;

/// <summary>Where a path of /sys leads once every link in it is followed: that says on which bus a device sits.</summary>
internal static class RealPath
{
    // As many as the kernel itself follows.
    private const int MaxLinks = 40;

    /// <summary>Null where there is nothing, or links go in a circle.</summary>
    public static string? Of(string path)
    {
        var left = MaxLinks;
        return Resolve(Path.GetFullPath(path), ref left);
    }

    private static string? Resolve(string path, ref int left)
    {
        if (Path.GetDirectoryName(path) is not { } parent)
        {
            return path;
        }
        if (Resolve(parent, ref left) is not { } folder)
        {
            return null;
        }
        var here = Path.Combine(folder, Path.GetFileName(path));
        if (new FileInfo(here).LinkTarget is not { } target)
        {
            return Path.Exists(here) ? here : null;
        }
        return left-- > 0 ? Resolve(Path.GetFullPath(target, folder), ref left) : null;
    }
}

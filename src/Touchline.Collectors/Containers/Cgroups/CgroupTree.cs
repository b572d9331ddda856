namespace Touchline.Collectors.Containers.Cgroups;

/// <summary>Lists the groups of all hierarchies by their paths below the mount, which begin with a slash. Not thread-safe.</summary>
/// <param name="hierarchies">Where they are.</param>
/// <param name="most">Beyond this many the rest is left out.</param>
internal sealed class CgroupTree(CgroupHierarchies hierarchies, int most = CgroupTree.MaxGroups)
{
    /// <summary>Enough for any machine: each has a hundred series, and somebody may make groups without end.</summary>
    public const int MaxGroups = 5_000;

    private const int MaxDepth = 24;

    private static readonly EnumerationOptions Listing = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = true, ReturnSpecialDirectories = false };

    private readonly SortedSet<string> _paths = new(StringComparer.Ordinal);

    /// <summary>Whether the last list is not whole.</summary>
    public bool IsCut { get; private set; }

    /// <summary>The root is <c>/</c>. The list is valid until the next call.</summary>
    public IReadOnlyCollection<string> List()
    {
        _paths.Clear();
        IsCut = false;
        foreach (var root in hierarchies.Walked())
        {
            _paths.Add("/");
            Walk(root, "", 0);
        }
        return _paths;
    }

    private void Walk(string directory, string path, int depth)
    {
        if (depth == MaxDepth)
        {
            IsCut = true;
            return;
        }
        try
        {
            foreach (var child in Directory.EnumerateDirectories(directory, "*", Listing))
            {
                var childPath = path + child[directory.Length..];
                // A unit for each mount point is a group without processes.
                if (childPath.EndsWith(".mount", StringComparison.Ordinal))
                {
                    continue;
                }
                if (_paths.Count >= most && !_paths.Contains(childPath))
                {
                    IsCut = true;
                    return;
                }
                _paths.Add(childPath);
                Walk(child, childPath, depth + 1);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone between being listed and being looked at, which is how groups end.
            _paths.Remove(path);
        }
    }
}

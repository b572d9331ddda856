namespace Touchline.EndToEnd;

/// <summary>Where the build put things.</summary>
internal static class Executable
{
    /// <summary>The repository.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The executable that was built along with these tests, in the same configuration.</summary>
    public static string Path { get; } = FindExecutable();

    private static string FindExecutable()
    {
        // …/tests/Touchline.EndToEnd/bin/Release/net10.0
        var framework = new DirectoryInfo(AppContext.BaseDirectory);
        var path = System.IO.Path.Combine(Root, "src", "Touchline", "bin", framework.Parent!.Name, framework.Name, "touchline");
        return File.Exists(path) ? path : throw new InvalidOperationException($"{path} is not built");
    }

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(System.IO.Path.Combine(folder, "Touchline.slnx")))
        {
            folder = System.IO.Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Touchline.slnx is in no folder above the tests");
        }
        return folder;
    }
}

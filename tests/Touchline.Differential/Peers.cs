namespace Touchline.Differential;

/// <summary>The real programs to compare with, as the script tests/install-peers unpacks them.</summary>
internal static class Peers
{
    /// <summary>The root of the repository, found upwards from the test's own folder.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>The path of a program such as <c>promtool</c>. Throws where it is not there, as nothing can be compared then.</summary>
    public static string Program(string name)
    {
        var folder = Environment.GetEnvironmentVariable("TOUCHLINE_PEERS") is { Length: > 0 } given
            ? given
            : Path.Combine(Repository, "artifacts", "peers");
        var path = Path.Combine(folder, "usr", "bin", name);
        return File.Exists(path)
            ? path
            : throw new FileNotFoundException($"{name} is not in {folder}: run tests/install-peers artifacts/peers, or set TOUCHLINE_PEERS", path);
    }

    private static string FindRepository()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Touchline.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("the tests do not run from inside the repository");
        }
        return folder;
    }
}

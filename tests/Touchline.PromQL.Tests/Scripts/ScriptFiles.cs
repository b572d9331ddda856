namespace Touchline.PromQL.Tests.Scripts;

/// <summary>
/// Test scripts: our own beside this file, and those that are handed out beside the repository (in a directory shared/promqltest above it, or where
/// PROMQLTEST_DIR says).
/// </summary>
public static class ScriptFiles
{
    public static TheoryData<string> Own => [.. Names(OwnDirectory)];

    /// <summary>An empty name stands for "there are none here", so that the theory still has a case.</summary>
    public static TheoryData<string> Shared => [.. SharedDirectory is { } directory ? Names(directory) : []];

    public static string ReadOwn(string file) => File.ReadAllText(Path.Combine(OwnDirectory, file));

    public static string ReadShared(string file) => File.ReadAllText(Path.Combine(SharedDirectory!, file));

    private static string OwnDirectory =>
        Ancestors().Select(d => Path.Combine(d, "tests", "Touchline.PromQL.Tests", "Scripts")).First(Directory.Exists);

    private static string? SharedDirectory => Environment.GetEnvironmentVariable("PROMQLTEST_DIR") is { Length: > 0 } directory
        ? directory
        : Ancestors().Select(d => Path.Combine(d, "shared", "promqltest")).FirstOrDefault(Directory.Exists);

    private static IEnumerable<string> Ancestors()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            yield return directory.FullName;
        }
    }

    private static IEnumerable<string> Names(string directory) => Directory.GetFiles(directory, "*.test").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal);
}

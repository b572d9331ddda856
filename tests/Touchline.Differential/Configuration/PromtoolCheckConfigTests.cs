using System.Diagnostics;
using Touchline.Configuration;

namespace Touchline.Differential.Configuration;

/// <summary>Whether Touchline, read strictly, accepts and refuses the configurations that Prometheus accepts and refuses.</summary>
public sealed class PromtoolCheckConfigTests
{
    private static readonly string Fixtures = Path.Combine(Peers.Repository, "tests", "Touchline.Configuration.Tests", "Fixtures");

    public static TheoryData<string> Files =>
        new(new[] { "good", "bad", "." }
            .SelectMany(folder => Directory.GetFiles(Path.Combine(Fixtures, folder), "*.yml").Select(path => Path.Combine(folder, Path.GetFileName(path))))
            .Where(name => !name.EndsWith("snippets.yml", StringComparison.Ordinal) && !name.EndsWith("everything.written.yml", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Files))]
    public async Task File_gets_the_verdict_of_promtool(string name) => await CompareAsync(Path.Combine(Fixtures, name));

    [Fact]
    public async Task Snippets_get_the_verdict_of_promtool()
    {
        var folder = Directory.CreateTempSubdirectory("touchline-snippets-").FullName;
        try
        {
            var differing = new List<string>();
            var snippets = (await File.ReadAllTextAsync(Path.Combine(Fixtures, "snippets.yml"))).Split("\n---\n");
            Assert.True(snippets.Length > 80);
            foreach (var snippet in snippets)
            {
                var path = Path.Combine(folder, "prometheus.yml");
                await File.WriteAllTextAsync(path, snippet);
                var ours = PrometheusConfigLoader.Load(path, strict: true);
                var (accepted, output) = await AskPromtoolAsync(path);
                if (accepted == ours.HasErrors)
                {
                    differing.Add($"{snippet}\n  promtool: {(accepted ? "accepts" : output)}\n  ours: {string.Join("; ", ours.Diagnostics)}");
                }
            }
            Assert.True(differing.Count == 0, string.Join("\n\n", differing));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task CompareAsync(string path)
    {
        var ours = PrometheusConfigLoader.Load(path, strict: true);

        var (accepted, output) = await AskPromtoolAsync(path);

        Assert.True(accepted != ours.HasErrors, $"promtool: {output}\nours: {string.Join('\n', ours.Diagnostics)}");
    }

    /// <summary>Asks for the syntax only, as the files that the fixtures name are not there.</summary>
    private static async Task<(bool Accepted, string Output)> AskPromtoolAsync(string path)
    {
        using var process = Process.Start(new ProcessStartInfo(Peers.Program("promtool"), ["check", "config", "--syntax-only", path])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode == 0, await output + await errors);
    }
}

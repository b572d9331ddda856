using System.Text.RegularExpressions;
using Touchline.Collectors.Containers.Engines;
using Touchline.Collectors.Tests.Host;

namespace Touchline.Collectors.Tests.Containers;

/// <summary>A metric that the page on containers names is told, by that name.</summary>
public sealed partial class DocumentedContainerMetricsTests
{
    [Fact]
    public async Task Every_metric_that_the_page_names_is_told()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(Root(), "docs", "containers.md"));
        var documented = Name().Matches(page).Select(match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
        Assert.True(documented.Count > 10, string.Join(", ", documented));
        await using var docker = await DockerEngineTests.WithContainerAsync("exited");
        docker.Json($"/containers/{ContainerFixture.Docker}/json", "{\"RestartCount\":2,\"State\":{\"ExitCode\":1,\"FinishedAt\":\"2023-11-14T22:00:00Z\"}}");
        var told = new HashSet<string>(StringComparer.Ordinal);
        foreach (var layout in new[] { "v1", "v2" })
        {
            await using var machine = new ContainerFixture(layout, new DockerEngine(docker.Socket, TimeProvider.System, EnvironmentChoice.None));
            told.UnionWith(ExpositionText.Samples(machine.Collector, "# TYPE ").Select(line => line.Split(' ')[2]));
        }

        Assert.Empty(documented.Except(told).Order());
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Touchline.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Touchline.slnx is in no folder above the tests");
        }
        return folder;
    }

    [GeneratedRegex("`((?:touchline_container|container|machine|cadvisor)_[a-z_0-9]*[a-z])[`{]")]
    private static partial Regex Name();
}

using Microsoft.Extensions.Logging.Abstractions;
using Touchline.Configuration;
using Touchline.Scraping.Discovery;
using Touchline.Scraping.Tests.Support;

namespace Touchline.Scraping.Tests.Discovery;

public sealed class FileDiscoveryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FileDiscovery _discovery;

    public FileDiscoveryTests() =>
        _discovery = new FileDiscovery(new FileDiscoveryConfig([_folder.File("*.json"), _folder.File("*.yml")], 300_000), NullLogger.Instance, TimeProvider.System);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Refresh_reads_json_and_yaml_and_adds_the_path()
    {
        var json = _folder.Write("a.json", """[{"targets": ["one:1", "two:2"], "labels": {"env": "x"}}]""");
        _folder.Write("b.yml", "- targets: ['three:3']\n");
        Assert.True(_discovery.Refresh());
        var groups = _discovery.Groups.ToList();
        Assert.Equal(["one:1", "two:2", "three:3"], groups.SelectMany(g => g.Targets));
        Assert.Equal("x", groups[0].Labels["env"]);
        Assert.Equal(json, groups[0].Labels["__meta_filepath"]);
    }

    [Fact]
    public void Refresh_unchanged_files_are_not_read_again()
    {
        _folder.Write("a.json", """[{"targets": ["one:1"]}]""");
        Assert.True(_discovery.Refresh());
        Assert.False(_discovery.Refresh());
    }

    [Fact]
    public void Refresh_half_written_file_keeps_its_last_groups()
    {
        _folder.Write("a.json", """[{"targets": ["one:1"]}]""");
        _discovery.Refresh();
        _folder.Write("a.json", """[{"targets": ["one:1", "tw""");
        Assert.False(_discovery.Refresh());
        Assert.Equal(["one:1"], _discovery.Groups.SelectMany(g => g.Targets));
        _folder.Write("a.json", """[{"targets": ["one:1", "two:2"]}]""");
        Assert.True(_discovery.Refresh());
        Assert.Equal(["one:1", "two:2"], _discovery.Groups.SelectMany(g => g.Targets));
    }

    [Fact]
    public void Refresh_removed_file_takes_its_targets_along()
    {
        var path = _folder.Write("a.json", """[{"targets": ["one:1"]}]""");
        _discovery.Refresh();
        File.Delete(path);
        Assert.True(_discovery.Refresh());
        Assert.Empty(_discovery.Groups);
    }
}

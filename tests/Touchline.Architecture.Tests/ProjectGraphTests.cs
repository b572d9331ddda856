using System.Xml.Linq;

namespace Touchline.Architecture.Tests;

/// <summary>Projects are walls: data walks from left to right, and nothing on the left knows anything to its right.</summary>
public sealed class ProjectGraphTests
{
    /// <summary>The arrows that docs/architecture.md draws; what a project may know beyond these is a decision, not an accident.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Touchline.Model"] = [],
        ["Touchline.Storage"] = ["Touchline.Model"],
        ["Touchline.Tsdb"] = ["Touchline.Model", "Touchline.Storage"],
        ["Touchline.PromQL"] = ["Touchline.Model", "Touchline.Storage"],
        ["Touchline.Configuration"] = ["Touchline.Model"],
        ["Touchline.Fetching"] = ["Touchline.Model", "Touchline.Configuration"],
        ["Touchline.Scraping"] = ["Touchline.Model", "Touchline.Storage", "Touchline.Configuration", "Touchline.Fetching"],
        ["Touchline.RemoteWrite"] = ["Touchline.Model", "Touchline.Storage", "Touchline.Configuration", "Touchline.Fetching"],
        ["Touchline.Collectors"] = ["Touchline.Model", "Touchline.Storage", "Touchline.Configuration", "Touchline.Fetching"],
        ["Touchline.Push"] = ["Touchline.Model", "Touchline.Storage", "Touchline.Configuration", "Touchline.Scraping"],
        ["Touchline.Web"] = ["Touchline.Model", "Touchline.Storage", "Touchline.PromQL"],
        ["Touchline"] =
        [
            "Touchline.Model", "Touchline.Storage", "Touchline.Tsdb", "Touchline.PromQL", "Touchline.Configuration",
            "Touchline.Fetching", "Touchline.Scraping", "Touchline.RemoteWrite", "Touchline.Push", "Touchline.Collectors", "Touchline.Web",
        ],
    };

    private static readonly string Root = FindRoot();

    public static TheoryData<string> Projects => [.. Directory.GetDirectories(Path.Combine(Root, "src")).Select(d => Path.GetFileName(d)!)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_references_only_what_its_row_allows(string project)
    {
        Assert.True(Allowed.TryGetValue(project, out var allowed), $"{project} has no row in the table of arrows");
        Assert.Empty(References(Path.Combine(Root, "src", project, project + ".csproj")).Except(allowed));
    }

    [Fact]
    public void Samples_reference_no_project_of_the_product()
    {
        foreach (var sample in Directory.GetFiles(Path.Combine(Root, "samples"), "*.csproj", SearchOption.AllDirectories))
        {
            Assert.DoesNotContain(References(sample), name => name.StartsWith("Touchline", StringComparison.Ordinal));
        }
    }

    /// <summary>A file in another folder than its namespace says is a room that one does not find.</summary>
    [Fact]
    public void Namespace_is_folder()
    {
        var misplaced = new List<string>();
        foreach (var file in Directory.GetFiles(Path.Combine(Root, "src"), "*.cs", SearchOption.AllDirectories))
        {
            var relative = Path.GetRelativePath(Path.Combine(Root, "src"), file);
            if (relative.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin"))
            {
                continue;
            }
            var expected = Path.GetDirectoryName(relative)!.Replace(Path.DirectorySeparatorChar, '.');
            var declared = File.ReadLines(file).FirstOrDefault(line => line.StartsWith("namespace ", StringComparison.Ordinal));
            if (declared is not null && declared != $"namespace {expected};")
            {
                misplaced.Add($"{relative}: {declared}");
            }
        }
        Assert.Empty(misplaced);
    }

    [Fact]
    public void Every_package_has_its_reason_in_the_list_of_dependencies()
    {
        var reasons = File.ReadAllText(Path.Combine(Root, "docs", "dependencies.md"));
        var packages = XDocument.Load(Path.Combine(Root, "Directory.Packages.props")).Descendants("PackageVersion")
            .Select(p => (string)p.Attribute("Include")!);
        Assert.DoesNotContain(packages, package => !reasons.Contains($"| {package} |", StringComparison.Ordinal));
    }

    /// <summary>References that are there for the assembly; those that only make sure that something is built do not count.</summary>
    private static IEnumerable<string> References(string project) =>
        XDocument.Load(project).Descendants("ProjectReference")
            .Where(reference => (string?)reference.Attribute("ReferenceOutputAssembly") != "false")
            .Select(reference => Path.GetFileNameWithoutExtension((string)reference.Attribute("Include")!));

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Touchline.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Touchline.slnx is in no folder above the tests");
        }
        return folder;
    }
}

using Touchline.Collectors.Containers.Cgroups;

namespace Touchline.Collectors.Tests.Containers;

public sealed class CgroupTreeTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("touchline-tree-");

    public CgroupTreeTests() => File.WriteAllText(Path.Combine(_root.FullName, "cgroup.controllers"), "cpu memory\n");

    [Fact]
    public void Groups_are_listed_by_path_without_mounts()
    {
        Make("b/c", "a-b", "a/b", "dev-hugepages.mount");
        var tree = new CgroupTree(CgroupHierarchies.Find(_root.FullName + "/"));

        Assert.Equal(["/", "/a", "/a-b", "/a/b", "/b", "/b/c"], tree.List());
        Assert.False(tree.IsCut);
    }

    [Fact]
    public void Groups_without_end_are_cut()
    {
        Make([.. Enumerable.Range(0, 30).Select(i => $"g{i}")]);
        var tree = new CgroupTree(CgroupHierarchies.Find(_root.FullName), most: 10);

        Assert.Equal(10, tree.List().Count);
        Assert.True(tree.IsCut);
    }

    [Fact]
    public void Groups_without_a_bottom_are_cut()
    {
        Make(string.Join('/', Enumerable.Repeat("x", 100)));
        var tree = new CgroupTree(CgroupHierarchies.Find(_root.FullName));

        Assert.InRange(tree.List().Count, 10, 50);
        Assert.True(tree.IsCut);
    }

    [Theory]
    [InlineData("cpu,cpuacct", "memory")]
    [InlineData("cpu", "cpuacct", "memory", "pids")]
    public void Hierarchies_of_version_1_are_found_whatever_is_mounted_together(params string[] mounts)
    {
        File.Delete(Path.Combine(_root.FullName, "cgroup.controllers"));
        Make(mounts);

        var found = CgroupHierarchies.Find(_root.FullName);

        Assert.Equal(mounts.Order(), found.Walked().Select(Path.GetFileName).Order());
        Assert.All(new[] { found.Cpu, found.CpuAccounting, found.Memory }, home => Assert.False(home!.IsUnified));
    }

    [Fact]
    public void Controller_that_a_hybrid_machine_has_in_version_2_is_read_there()
    {
        File.Delete(Path.Combine(_root.FullName, "cgroup.controllers"));
        Make("cpu", "unified");
        File.WriteAllText(Path.Combine(_root.FullName, "unified", "cgroup.controllers"), "memory io\n");

        var found = CgroupHierarchies.Find(_root.FullName);

        Assert.Equal((false, true, true), (found.Cpu!.IsUnified, found.Memory!.IsUnified, found.BlockIo!.IsUnified));
        Assert.Null(found.Pids);
    }

    public void Dispose() => _root.Delete(recursive: true);

    private void Make(params string[] groups)
    {
        foreach (var group in groups)
        {
            Directory.CreateDirectory(Path.Combine(_root.FullName, group));
        }
    }
}

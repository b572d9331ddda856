using System.Globalization;

namespace Touchline.Collectors.Containers.Cgroups;

/// <summary>The sizes of huge pages that the machine has, as files of groups name them: <c>2MB</c>, <c>1GB</c>.</summary>
internal static class HugePageSizes
{
    private const string Prefix = "hugepages-";
    private const string Suffix = "kB";

    /// <summary>Empty where the kernel has none.</summary>
    public static IReadOnlyList<string> Of(string sysPath)
    {
        try
        {
            return [.. Directory.EnumerateDirectories(sysPath + "/kernel/mm/hugepages").Select(Named).OfType<string>().Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>From <c>hugepages-2048kB</c>; null for another name.</summary>
    private static string? Named(string folder)
    {
        var name = Path.GetFileName(folder);
        if (!name.StartsWith(Prefix, StringComparison.Ordinal) || !name.EndsWith(Suffix, StringComparison.Ordinal)
            || !long.TryParse(name.AsSpan()[Prefix.Length..^Suffix.Length], NumberStyles.None, CultureInfo.InvariantCulture, out var size))
        {
            return null;
        }
        return size >= 1024 * 1024 ? string.Create(CultureInfo.InvariantCulture, $"{size / 1024 / 1024}GB")
            : size >= 1024 ? string.Create(CultureInfo.InvariantCulture, $"{size / 1024}MB")
            : string.Create(CultureInfo.InvariantCulture, $"{size}KB");
    }
}

/// <summary>A size of huge pages with the files of a group about it.</summary>
internal sealed record HugePageFiles(string Usage, string MaxUsage, string Failures, string[] Labels)
{
    public static HugePageFiles V1(string size) =>
        new($"/hugetlb.{size}.usage_in_bytes", $"/hugetlb.{size}.max_usage_in_bytes", $"/hugetlb.{size}.failcnt", ["pagesize", size]);

    /// <summary>Version 2 remembers no maximum.</summary>
    public static HugePageFiles V2(string size) => new($"/hugetlb.{size}.current", "", $"/hugetlb.{size}.events", ["pagesize", size]);
}

/// <summary>Huge pages that groups use, from hugetlb of version 1.</summary>
internal sealed class HugetlbReaderV1(string root, string sysPath, CgroupFiles files) : ControllerReader
{
    private readonly HugePageFiles[] _sizes = [.. HugePageSizes.Of(sysPath).Select(HugePageFiles.V1)];

    public override void Read(Cgroup cgroup)
    {
        var directory = cgroup.In(root);
        foreach (var size in _sizes)
        {
            cgroup.AddKnown(LabelledMetric.HugetlbUsage, size.Labels, files.Number(directory, size.Usage));
            cgroup.AddKnown(LabelledMetric.HugetlbMaxUsage, size.Labels, files.Number(directory, size.MaxUsage));
            cgroup.AddKnown(LabelledMetric.HugetlbFailcnt, size.Labels, files.Number(directory, size.Failures));
        }
    }
}

/// <summary>The same from the files of version 2; hits of the limit are among its events.</summary>
internal sealed class HugetlbReaderV2(string root, string sysPath, CgroupFiles files) : ControllerReader
{
    private readonly HugePageFiles[] _sizes = [.. HugePageSizes.Of(sysPath).Select(HugePageFiles.V2)];

    public override void Read(Cgroup cgroup)
    {
        var directory = cgroup.In(root);
        foreach (var size in _sizes)
        {
            cgroup.AddKnown(LabelledMetric.HugetlbUsage, size.Labels, files.Number(directory, size.Usage));
            cgroup.AddKnown(LabelledMetric.HugetlbFailcnt, size.Labels, CgroupFiles.Keyed(files.Text(directory, size.Failures), "max"u8));
        }
    }
}

using System.Text;
using Touchline.Collectors.Host;

namespace Touchline.Collectors.Tests.Host;

/// <summary>A host that is ill must still be seen: what is sick costs itself only.</summary>
public sealed class SickHostTests
{
    private static readonly FilesystemSizes Sizes = new(4096, 2048, 1024, 10, 9, false);

    [Fact]
    public void Dead_mounts_are_named_and_the_others_answer_however_many_there_are()
    {
        var release = new ManualResetEventSlim();
        FilesystemSizes? Answer(string path, out string error)
        {
            error = "";
            if (path.StartsWith("/dead", StringComparison.Ordinal))
            {
                release.Wait();
            }
            return Sizes;
        }
        using var host = new HostFixture(Answer);
        host.Write("proc/1/mountinfo", Mounts("ext4", "/alive", 3) + Mounts("nfs4", "/dead", 40));

        // A collection names as many as its patience allows; once they are known, they cost nothing.
        string[] asked;
        do
        {
            asked = ExpositionText.Of(host.Collector).Split('\n');
            Assert.Contains("node_scrape_collector_success{collector=\"loadavg\"} 1", asked);
        }
        while (asked.Count(IsInError) < 40);
        Assert.Equal(3, asked.Count(line => line.StartsWith("node_filesystem_size_bytes{", StringComparison.Ordinal)));
        Assert.Contains("node_scrape_collector_success{collector=\"filesystem\"} 1", asked);
        release.Set();
        while (ExpositionText.Samples(host.Collector, "node_filesystem_size_bytes").Count < 43)
        {
            Thread.Sleep(5);
        }
    }

    [Fact]
    public void Hundred_thousand_mounts_are_read_and_cost_nobody_else()
    {
        using var host = new HostFixture((string _, out string error) =>
        {
            error = "";
            return Sizes;
        });
        host.Write("proc/1/mountinfo", Mounts("overlay", "/containers", 100_000) + Mounts("ext4", "/data", 2));

        // A slow machine may need more than one collection's patience for the first reading, which is then kept.
        IReadOnlyList<string> sizes;
        do
        {
            Assert.Contains("node_scrape_collector_success{collector=\"meminfo\"} 1", ExpositionText.Samples(host.Collector, "node_scrape_collector_success"));
            sizes = ExpositionText.Samples(host.Collector, "node_filesystem_size_bytes");
        }
        while (sizes.Count == 0);
        Assert.Equal(2, sizes.Count);
    }

    [Theory]
    [InlineData("proc/loadavg", "loadavg")]
    [InlineData("proc/net/dev", "netdev")]
    [InlineData("proc/net/arp", "arp")]
    [InlineData("proc/1/mountinfo", "filesystem")]
    public void File_that_cannot_be_read_costs_its_collector_only(string path, string collector)
    {
        using var host = new HostFixture();
        host.Delete(path);
        // A folder refuses to be read whoever asks, root among them.
        Directory.CreateDirectory(host.PathOf(path));

        var failed = ExpositionText.Samples(host.Collector, "node_scrape_collector_success{").Where(line => line.EndsWith(" 0", StringComparison.Ordinal));

        Assert.Equal([$"node_scrape_collector_success{{collector=\"{collector}\"}} 0"], failed);
    }

    private static bool IsInError(string line) =>
        line.StartsWith("node_filesystem_device_error{device=\"/d/dead", StringComparison.Ordinal) && line.EndsWith(" 1", StringComparison.Ordinal);

    private static string Mounts(string type, string prefix, int count)
    {
        var text = new StringBuilder();
        for (var i = 0; i < count; i++)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{i} 0 8:{i} / {prefix}{i} rw - {type} /d{prefix}{i} rw\n");
        }
        return text.ToString();
    }
}

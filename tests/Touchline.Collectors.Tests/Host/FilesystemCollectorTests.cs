using Touchline.Collectors.Host;

namespace Touchline.Collectors.Tests.Host;

public sealed class FilesystemCollectorTests
{
    private static readonly FilesystemSizes Sizes = new(4096, 2048, 1024, 10, 9, false);

    [Fact]
    public void Mount_that_does_not_answer_is_in_error_and_costs_nothing_else()
    {
        var release = new ManualResetEventSlim();
        var asked = 0;
        FilesystemSizes? Answer(string path, out string error)
        {
            error = "";
            if (path == "/home/team")
            {
                Interlocked.Increment(ref asked);
                release.Wait();
            }
            return Sizes;
        }
        using var host = new HostFixture(Answer);

        // A machine that is busy may not get there with the first collection.
        while (ExpositionText.Samples(host.Collector, "node_filesystem_device_error").Count < 4)
        {
            Thread.Sleep(5);
        }
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(
                ["node_filesystem_device_error{device=\"/dev/mapper/vg-root\",mountpoint=\"/\",fstype=\"ext4\",device_error=\"\"} 0",
                    "node_filesystem_device_error{device=\"/dev/nvme0n1p1\",mountpoint=\"/boot\",fstype=\"ext2\",device_error=\"\"} 0",
                    "node_filesystem_device_error{device=\"/dev/sdb1\",mountpoint=\"/srv/with blank\tand tab\",fstype=\"xfs\",device_error=\"\"} 0",
                    "node_filesystem_device_error{device=\"server:/export\",mountpoint=\"/home/team\",fstype=\"nfs4\",device_error=\"mountpoint timeout\"} 1"],
                ExpositionText.Samples(host.Collector, "node_filesystem_device_error"));
        }
        Assert.Equal(1, asked);
        Assert.Contains("node_scrape_collector_success{collector=\"filesystem\"} 1", ExpositionText.Samples(host.Collector, "node_scrape_collector_success"));
        Assert.Equal(3, ExpositionText.Samples(host.Collector, "node_filesystem_size_bytes").Count);

        release.Set();
        while (ExpositionText.Samples(host.Collector, "node_filesystem_size_bytes").Count < 4)
        {
            Thread.Sleep(5);
        }
    }

    [Fact]
    public void Path_asked_for_is_below_the_root_that_the_host_is_mounted_at()
    {
        var asked = new List<string>();
        var options = new HostOptions { ProcPath = Path.Combine(AppContext.BaseDirectory, "Fixtures/proc"), RootFsPath = "/host" };
        var collector = new FilesystemCollector(options, (string path, out string error) =>
        {
            asked.Add(path);
            error = "";
            return Sizes;
        });

        collector.Collect(new MetricBuffer());

        Assert.Equal(["/host/", "/host/boot", "/host/srv/with blank\tand tab", "/host/home/team"], asked);
    }

    [Fact]
    public void Mounts_that_appear_are_seen()
    {
        using var host = new HostFixture();
        ExpositionText.Of(host.Collector);

        host.Write("proc/1/mountinfo", "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 8:2 / /data rw - ext4 /dev/sda2 ro\n");

        Assert.Equal(
            ["node_filesystem_readonly{device=\"/dev/sda1\",mountpoint=\"/\",fstype=\"ext4\",device_error=\"\"} 0",
                "node_filesystem_readonly{device=\"/dev/sda2\",mountpoint=\"/data\",fstype=\"ext4\",device_error=\"\"} 1"],
            ExpositionText.Samples(host.Collector, "node_filesystem_readonly"));
    }

    [Fact]
    public void Kernel_says_the_sizes_of_a_real_path_and_why_it_cannot()
    {
        var sizes = Statvfs.Call("/", out var error);
        Assert.Equal("", error);
        Assert.True(sizes!.Value.Size > 0 && sizes.Value.Free <= sizes.Value.Size);

        Assert.Null(Statvfs.Call("/no/such/path", out error));
        Assert.Equal("no such file or directory", error);
    }
}

using Touchline.Collectors.Host.Disks;

namespace Touchline.Collectors.Tests.Host.Disks;

public sealed class DiskCollectorTests
{
    private const string Filesystem = "0abb23a9-579b-43e6-ad30-227ef47fcb9d";

    [Fact]
    public void Btrfs_devices_that_answer_tell_of_their_errors()
    {
        using var machine = new BareMachine();
        machine.Write($"sys/fs/btrfs/{Filesystem}/devices/sda/size", "8");
        var device = new BtrfsDevice("sdb", "id", Size: 100, Used: 40, 1, 2, 3, 4, 5);
        var answers = new Dictionary<string, IReadOnlyList<BtrfsDevice>> { [Filesystem.Replace("-", "", StringComparison.Ordinal)] = [device] };

        var samples = BareMachine.Samples(new BtrfsCollector(machine.Options, () => answers));

        Assert.Contains($"node_btrfs_device_unused_bytes{{uuid=\"{Filesystem}\",device=\"sdb\",btrfs_dev_uuid=\"id\"}} 60", samples);
        Assert.Contains($"node_btrfs_device_errors_total{{uuid=\"{Filesystem}\",type=\"corruption\",device=\"sdb\",btrfs_dev_uuid=\"id\"}} 4", samples);
        Assert.DoesNotContain(samples, line => line.Contains("device=\"sda\"", StringComparison.Ordinal));
    }

    [Fact]
    public void Btrfs_filesystem_that_cannot_be_asked_tells_what_stands_in_files()
    {
        using var machine = new BareMachine();
        machine.Write($"sys/fs/btrfs/{Filesystem}/devices/sda/size", "8");
        machine.Write("proc/1/mountinfo", "1 0 0:40 / /no/such/place rw - btrfs /dev/sda rw\nnonsense\n");

        Assert.Contains(
            $"node_btrfs_device_size_bytes{{uuid=\"{Filesystem}\",device=\"sda\"}} 4096", BareMachine.Samples(new BtrfsCollector(machine.Options)));
    }

    [Theory]
    [InlineData("extent_alloc 1 2\n")]
    [InlineData("extent_alloc 1 2 3 many\n")]
    public void Xfs_line_that_is_no_such_line_fails_the_collector(string content)
    {
        using var machine = new BareMachine();
        machine.Write("sys/fs/xfs/sda1/stats/stats", content);

        Assert.Throws<FormatException>(() => BareMachine.Samples(new XfsCollector(machine.Options)));
    }

    [Fact]
    public void Zfs_file_without_its_heading_fails_the_collector()
    {
        using var machine = new BareMachine();
        machine.Write("proc/spl/kstat/zfs/arcstats", "hits 4 7\n");

        Assert.Throws<FormatException>(() => BareMachine.Samples(new ZfsCollector(machine.Options)));
    }

    [Fact]
    public void Zfs_pool_that_is_taken_out_meanwhile_is_left_out()
    {
        using var machine = new BareMachine();
        Directory.CreateDirectory(machine.At("proc/spl/kstat/zfs/tank"));

        Assert.Empty(BareMachine.Samples(new ZfsCollector(machine.Options)));
    }

    [Fact]
    public void Nvme_namespace_without_state_of_access_is_unknown()
    {
        using var machine = new BareMachine();
        foreach (var file in (string[])["firmware_rev", "model", "serial", "state", "cntlid", "nvme0n1/nuse", "nvme0n1/size", "nvme0n1/queue/logical_block_size"])
        {
            machine.Write($"sys/class/nvme/nvme0/{file}", "1\n");
        }

        Assert.Contains(
            "node_nvme_namespace_info{device=\"nvme0\",nsid=\"1\",ana_state=\"unknown\"} 1", BareMachine.Samples(new NvmeCollector(machine.Options)));
    }
}

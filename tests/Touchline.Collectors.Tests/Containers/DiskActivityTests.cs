namespace Touchline.Collectors.Tests.Containers;

/// <summary>What is told of the machine's own disks beside their space.</summary>
public sealed class DiskActivityTests
{
    private const string Statistics =
        "   7       0 loop0 1 2 3 4 5 6 7 8 9 10 11 0 0 0 0 0 0\n   8       1 sda1 10 20 30 4000 50 60 70 8000 9 1000 1100 0 0 0 0 0 0\n 253       0 dm-0 0 5\n";

    [Fact]
    public async Task Activity_of_a_disk_is_the_roots()
    {
        await using var machine = new ContainerFixture("v1");
        machine.Write("proc/diskstats", Statistics);

        Assert.Equal(["container_fs_sector_reads_total{id=\"/\",device=\"/dev/sda1\"} 30"], machine.Samples("container_fs_sector_reads_total"));
        Assert.Equal("70", Root(machine, "container_fs_sector_writes_total"));
        Assert.Equal("20", Root(machine, "container_fs_reads_merged_total"));
        Assert.Equal("60", Root(machine, "container_fs_writes_merged_total"));
        Assert.Equal("4", Root(machine, "container_fs_read_seconds_total"));
        Assert.Equal("8", Root(machine, "container_fs_write_seconds_total"));
        Assert.Equal("9", Root(machine, "container_fs_io_current"));
        Assert.Equal("1", Root(machine, "container_fs_io_time_seconds_total"));
        Assert.Equal("1.1", Root(machine, "container_fs_io_time_weighted_seconds_total"));
    }

    [Fact]
    public async Task Disk_of_several_devices_is_found_by_its_name_and_what_is_not_counted_is_not_told()
    {
        await using var machine = new ContainerFixture("v2");
        machine.Write("proc/1/mountinfo", "1 0 0:25 / / rw - btrfs /dev/sda1 rw\n2 1 0:25 /home /home rw - btrfs /dev/sda1 rw\n3 1 253:0 / /srv rw - ext4 /dev/mapper/store rw\n");
        machine.Write("proc/diskstats", Statistics);

        Assert.Equal(["20", "5"], machine.Samples("container_fs_reads_merged_total").Select(line => line.Split(' ')[^1]));
        Assert.Equal("30", Root(machine, "container_fs_sector_reads_total"));
    }

    private static string Root(ContainerFixture machine, string metric) => machine.Value(metric, "id=\"/\"");
}

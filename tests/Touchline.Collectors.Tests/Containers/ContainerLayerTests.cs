using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Touchline.Collectors.Containers;
using Touchline.Collectors.Containers.Engines;
using Touchline.Collectors.Containers.Layers;
using Touchline.Collectors.Host;
using Touchline.Collectors.Tests.Host;

namespace Touchline.Collectors.Tests.Containers;

/// <summary>Where a container's own layer is found, and what is told of it.</summary>
public sealed class ContainerLayerTests
{
    private const string Group = $"id=\"/docker/{ContainerFixture.Docker}\"";

    [Fact]
    public async Task Layer_is_found_by_the_mounts_that_the_container_sees()
    {
        await using var machine = new ContainerFixture("v1");
        machine.Write("root/layers/web/diff/file", "some text");
        machine.Write(
            "proc/100/mountinfo",
            "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 0:50 / / rw,relatime - overlay overlay rw,lowerdir=/l,upperdir=/layers/web/diff,workdir=/w\n3 2 0:51 / /data rw - overlay overlay rw,upperdir=/other\n");

        await MeasureAsync(machine);

        var walked = new DirectoryWalk(new LayerProgress(), CancellationToken.None).Measure(machine.PathOf("root/layers/web/diff"));
        Assert.Equal(ExpositionOf(walked.Bytes), machine.Value("container_fs_usage_bytes", Group, "device=\"/dev/sda1\""));
        Assert.Equal("2", machine.Value("container_fs_inodes_total", Group, "device=\"/dev/sda1\""));
        // The file system, as the fixture has it, has 409,600 bytes and 1,000 inodes.
        Assert.Equal("409600", machine.Value("container_fs_limit_bytes", Group));
        Assert.Equal("998", machine.Value("container_fs_inodes_free", Group));
        Assert.Equal("204800", machine.Value("container_fs_usage_bytes", "id=\"/\""));
    }

    [Fact]
    public async Task Root_that_is_a_directory_of_the_host_is_the_layer()
    {
        await using var machine = new ContainerFixture("v1");
        machine.Write("root/copies/web/file", "some text");
        machine.Write("proc/1/mountinfo", "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n");
        machine.Write("proc/100/mountinfo", "1 0 8:1 /copies/web / rw - ext4 /dev/sda1 rw\n2 1 0:51 / /proc rw - proc proc rw\n");

        await MeasureAsync(machine);

        var walked = new DirectoryWalk(new LayerProgress(), CancellationToken.None).Measure(machine.PathOf("root/copies/web"));
        Assert.Equal(ExpositionOf(walked.Bytes), machine.Value("container_fs_usage_bytes", Group, "device=\"/dev/sda1\""));
    }

    [Theory]
    [InlineData("1 0 8:1 / / rw - ext4 /dev/sda1 rw")]
    [InlineData("1 0 8:1 /deployed / rw - ext4 /dev/sda1 rw")]
    [InlineData("1 0 8:1 /deployed/subvolumes/web / rw - btrfs /dev/sda1 rw")]
    [InlineData("1 0 8:1 /elsewhere/web / rw - ext4 /dev/sda1 rw")]
    public async Task Root_that_is_the_hosts_or_shares_its_room_or_is_not_seen_by_the_host_is_no_layer(string root)
    {
        await using var machine = new ContainerFixture("v1");
        machine.Write("root/deployed/subvolumes/web/file", "some text");
        machine.Write("root/subvolumes/web/file", "some text");
        machine.Write("proc/1/mountinfo", "1 0 8:1 /deployed / rw - ext4 /dev/sda1 rw\n");
        machine.Write("proc/100/mountinfo", root + "\n");

        await MeasureAsync(machine);

        Assert.DoesNotContain(machine.Samples("container_fs_usage_bytes"), line => line.Contains(Group, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Layer_is_found_by_what_Docker_says_with_the_log_beside_it()
    {
        await using var docker = await DockerEngineTests.WithContainerAsync("running");
        docker.Json(
            $"/containers/{ContainerFixture.Docker}/json",
            $"{{\"Id\":\"{ContainerFixture.Docker}\",\"GraphDriver\":{{\"Name\":\"overlay2\",\"Data\":{{\"UpperDir\":\"/overlay2/web/diff\"}}}},"
            + $"\"HostsPath\":\"/containers/{ContainerFixture.Docker}/hosts\"}}");
        await using var machine = new ContainerFixture("v1", new DockerEngine(docker.Socket, TimeProvider.System, EnvironmentChoice.None));
        machine.Write("root/overlay2/web/diff/file", "text");
        machine.Write($"root/containers/{ContainerFixture.Docker}/log", new string('x', 20_000));

        await MeasureAsync(machine);

        var layer = new DirectoryWalk(new LayerProgress(), CancellationToken.None).Measure(machine.PathOf("root/overlay2/web/diff"));
        var beside = new DirectoryWalk(new LayerProgress(), CancellationToken.None).Measure(machine.PathOf($"root/containers/{ContainerFixture.Docker}"));
        Assert.Equal(ExpositionOf(layer.Bytes + beside.Bytes), machine.Value("container_fs_usage_bytes", Group, "name=\"web\""));
        Assert.Equal("2", machine.Value("container_fs_inodes_total", Group));
    }

    [Fact]
    public async Task Disk_that_does_not_answer_costs_its_own_figures()
    {
        await using var machine = new ContainerFixture("v1");
        machine.Write("proc/1/mountinfo", "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 8:16 / /dead rw - ext4 /dev/sdb rw\n3 1 0:60 / /fuse rw - fuse /dev/fuse rw\n");
        using var release = new ManualResetEventSlim();
        StatvfsCall statvfs = (string path, out string error) =>
        {
            error = "";
            if (path.EndsWith("/dead", StringComparison.Ordinal))
            {
                release.Wait();
            }
            return new FilesystemSizes(100, 40, 40, 10, 5, false);
        };
        await using var collector = new ContainerCollector(machine.Options, [], statvfs, machine.Time, NullLogger<ContainerCollector>.Instance) { Patience = TestPatience.Most };

        for (var i = 0; i < 3; i++)
        {
            var usage = Assert.Single(ExpositionText.Samples(collector, "container_fs_usage_bytes"));
            Assert.Equal("container_fs_usage_bytes{id=\"/\",device=\"/dev/sda1\"} 60", usage);
            Assert.Equal(["container_scrape_error 0"], ExpositionText.Samples(collector, "container_scrape_error"));
        }
        release.Set();

        await TestPatience.UntilAsync(() => ExpositionText.Samples(collector, "container_fs_usage_bytes").Count == 2);
    }

    [Theory]
    [InlineData("2 1 0:50 / / rw - overlay overlay rw,lowerdir=/l,upperdir=/a\\040b\\134c\\303\\274,workdir=/w", "/a b\\cü")]
    [InlineData("2 1 0:50 / / rw shared:1 master:2 - overlay overlay rw,upperdir=relative/diff", "")]
    [InlineData("2 1 8:1 /x / rw - ext4 /dev/sda1 rw,upperdir=/no", "")]
    [InlineData("2 1 0:50 /copies/web / rw - overlay overlay rw,upperdir=/outer/diff", "")]
    public void Upper_directory_is_read_from_a_mount(string line, string upper) =>
        Assert.Equal(upper, Assert.Single(MountInfo.Parse(Encoding.UTF8.GetBytes(line + "\nrubbish\n- - -\n"))).UpperDirectory());

    [Theory]
    [InlineData("8:1 /", "8:1 / /", "/")]
    [InlineData("8:1 /a/b", "8:1 / /", "/a/b")]
    [InlineData("8:1 /a/b", "8:1 / / 8:1 /a /srv", "/srv/b")]
    [InlineData("8:1 /a/b", "8:1 /a/b /srv 8:1 /a/bc /other", "/srv")]
    [InlineData("8:1 /a/b", "8:2 / / 8:1 /a/c /srv", "")]
    public void Directory_is_found_among_other_mounts(string wanted, string others, string path)
    {
        var mount = MountInfo.Parse(Encoding.UTF8.GetBytes($"2 1 {wanted} / rw - ext4 /dev/sda1 rw\n")).Single();
        var lines = others.Split(' ').Chunk(3).Select(fields => $"1 0 {fields[0]} {fields[1]} {fields[2]} rw - ext4 /dev/sda1 rw\n");

        Assert.Equal(path, mount.PathAmong(MountInfo.Parse(Encoding.UTF8.GetBytes(string.Concat(lines)))));
    }

    private static async Task MeasureAsync(ContainerFixture machine)
    {
        machine.Samples("container_fs_usage_bytes");
        await machine.Collector.LayersMeasured.WaitAsync(TestPatience.Most);
    }

    private static string ExpositionOf(double bytes) => bytes.ToString("R", System.Globalization.CultureInfo.InvariantCulture);
}

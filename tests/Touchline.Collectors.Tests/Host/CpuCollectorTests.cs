namespace Touchline.Collectors.Tests.Host;

public sealed class CpuCollectorTests
{
    [Fact]
    public void Counter_that_steps_back_keeps_its_value()
    {
        using var host = new HostFixture();
        host.Write("proc/stat", "cpu0 100 0 50 1000 7 0 0 0 0 0\n");
        ExpositionText.Of(host.Collector);

        // The kernel's iowait and idle do this by rounding.
        host.Write("proc/stat", "cpu0 200 0 60 999 6 0 0 0 0 0\n");

        var seconds = ExpositionText.Samples(host.Collector, "node_cpu_seconds_total");
        Assert.Contains("node_cpu_seconds_total{cpu=\"0\",mode=\"user\"} 2", seconds);
        Assert.Contains("node_cpu_seconds_total{cpu=\"0\",mode=\"idle\"} 10", seconds);
        Assert.Contains("node_cpu_seconds_total{cpu=\"0\",mode=\"iowait\"} 0.07", seconds);
    }

    [Fact]
    public void Processor_that_was_unplugged_starts_again()
    {
        using var host = new HostFixture();
        host.Write("proc/stat", "cpu0 100 0 50 100000 0 0 0 0 0 0\n");
        ExpositionText.Of(host.Collector);

        host.Write("proc/stat", "cpu0 10 0 5 100 0 0 0 0 0 0\n");

        var seconds = ExpositionText.Samples(host.Collector, "node_cpu_seconds_total");
        Assert.Contains("node_cpu_seconds_total{cpu=\"0\",mode=\"user\"} 0.1", seconds);
        Assert.Contains("node_cpu_seconds_total{cpu=\"0\",mode=\"idle\"} 1", seconds);
    }

    [Fact]
    public void Processor_that_is_gone_is_left_out()
    {
        using var host = new HostFixture();
        host.Write("proc/stat", "cpu0 1 1 1 1 1 1 1 1 1 1\ncpu1 1 1 1 1 1 1 1 1 1 1\n");
        Assert.Equal(16, ExpositionText.Samples(host.Collector, "node_cpu_seconds_total").Count);

        host.Write("proc/stat", "cpu1 1 1 1 1 1 1 1 1 1 1\n");

        Assert.All(ExpositionText.Samples(host.Collector, "node_cpu_seconds_total"), line => Assert.Contains("cpu=\"1\"", line, StringComparison.Ordinal));
    }

    [Fact]
    public void Old_kernel_without_steal_and_guest_gives_zeros()
    {
        using var host = new HostFixture();
        host.Write("proc/stat", "cpu0 1 2 3 4\n");

        Assert.Contains("node_cpu_seconds_total{cpu=\"0\",mode=\"steal\"} 0", ExpositionText.Samples(host.Collector, "node_cpu_seconds_total"));
    }
}

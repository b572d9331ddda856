using System.Diagnostics;
using System.Globalization;
using Touchline.Collectors.OwnProcess;
using Touchline.Collectors.Tests.Host;

namespace Touchline.Collectors.Tests.OwnProcess;

public sealed class ProcessCollectorTests
{
    [Fact]
    public void Figures_are_those_that_the_system_has_of_this_process()
    {
        var lines = ExpositionText.Of(new ProcessCollector()).Split('\n').Where(line => line.Length > 0 && line[0] != '#')
            .ToDictionary(line => line[..line.LastIndexOf(' ')], line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
        using var self = Process.GetCurrentProcess();

        Assert.InRange(lines["process_cpu_seconds_total"], 0.01, self.TotalProcessorTime.TotalSeconds + 0.02);
        Assert.InRange(lines["process_resident_memory_bytes"], self.WorkingSet64 / 2.0, self.WorkingSet64 * 2.0);
        Assert.True(lines["process_virtual_memory_bytes"] > lines["process_resident_memory_bytes"]);
        Assert.InRange(lines["process_open_fds"], 3, lines["process_max_fds"]);
        Assert.InRange(lines["process_start_time_seconds"], Seconds(self.StartTime) - 2, Seconds(self.StartTime) + 2);
        Assert.True(lines["process_num_threads"] > 1);
        Assert.True(lines["dotnet_gc_heap_size_bytes"] >= 0 && lines["dotnet_total_memory_bytes"] > 0);
        Assert.True(lines["dotnet_threadpool_threads_count"] >= 0);
        Assert.Equal(3, lines.Keys.Count(name => name.StartsWith("dotnet_collection_count_total{", StringComparison.Ordinal)));

        static double Seconds(DateTime time) => (time.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds;
    }

    [Fact]
    public void Missing_proc_leaves_the_figures_of_the_runtime()
    {
        var lines = ExpositionText.Of(new ProcessCollector("/no/such/proc"));

        Assert.Contains("process_collector_failed 1", lines, StringComparison.Ordinal);
        Assert.Contains("dotnet_gc_pause_seconds_total", lines, StringComparison.Ordinal);
    }
}

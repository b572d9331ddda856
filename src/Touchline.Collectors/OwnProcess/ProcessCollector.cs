using Touchline.Collectors.Host.Reading;
using Touchline.Model;

namespace Touchline.Collectors.OwnProcess;

/// <summary>
/// This process as the operating system sees it (<c>process_*</c>, the names of Prometheus's client libraries) and as .NET does
/// (<c>dotnet_*</c>). Thread-safe.
/// </summary>
public sealed class ProcessCollector : IMetricSource
{
    private const double TicksPerSecond = 100;

    private static readonly string[] Generations = ["0", "1", "2"];

    private readonly Lock _gate = new();
    private readonly FileReader _reader = new();
    private readonly string _procPath;
    private double? _startTime;

    public ProcessCollector()
        : this("/proc")
    {
    }

    internal ProcessCollector(string procPath) => _procPath = procPath;

    public void Collect(IMetricWriter writer, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            WriteRuntime(writer);
            try
            {
                WriteStat(writer);
                WriteFiles(writer);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
            {
                // Not on Linux, or /proc is hidden: the runtime's own figures stand alone.
                writer.Family("process_collector_failed", MetricType.Gauge, "Whether figures of this process are missing because /proc could not be read.");
                writer.Sample(1);
            }
        }
    }

    private void WriteStat(IMetricWriter writer)
    {
        var text = _reader.Read(Path.Combine(_procPath, "self/stat"));
        // The name in parentheses may hold anything, so counting starts behind the last one: that field is the third, the state.
        var fields = new ByteText(text[(text.LastIndexOf((byte)')') + 1)..]);
        Span<double> numbers = stackalloc double[25];
        fields.TryField(out _);
        for (var field = 4; field <= 24; field++)
        {
            numbers[field] = fields.Number();
        }
        writer.Family("process_cpu_seconds_total", MetricType.Counter, "Total user and system CPU time spent in seconds.");
        writer.Sample((numbers[14] + numbers[15]) / TicksPerSecond);
        writer.Family("process_num_threads", MetricType.Gauge, "Total number of threads.");
        writer.Sample(numbers[20]);
        writer.Family("process_resident_memory_bytes", MetricType.Gauge, "Resident memory size in bytes.");
        writer.Sample(numbers[24] * Environment.SystemPageSize);
        writer.Family("process_virtual_memory_bytes", MetricType.Gauge, "Virtual memory size in bytes.");
        writer.Sample(numbers[23]);
        _startTime ??= BootTime() + numbers[22] / TicksPerSecond;
        writer.Family("process_start_time_seconds", MetricType.Gauge, "Start time of the process since unix epoch in seconds.");
        writer.Sample(_startTime.Value);
    }

    private double BootTime()
    {
        var lines = new ByteText(_reader.Read(Path.Combine(_procPath, "stat")));
        while (lines.TryLine(out var line))
        {
            if (line.StartsWith("btime "u8))
            {
                return ByteText.Number(line["btime ".Length..]);
            }
        }
        throw new FormatException("/proc/stat has no btime");
    }

    private void WriteFiles(IMetricWriter writer)
    {
        // The handle that lists them is one of them.
        var open = Directory.EnumerateFileSystemEntries(Path.Combine(_procPath, "self/fd")).Count() - 1;
        writer.Family("process_open_fds", MetricType.Gauge, "Number of open file descriptors.");
        writer.Sample(Math.Max(0, open));
        var lines = new ByteText(_reader.Read(Path.Combine(_procPath, "self/limits")));
        while (lines.TryLine(out var line))
        {
            if (line.StartsWith("Max open files"u8))
            {
                var fields = new ByteText(line["Max open files".Length..]);
                fields.TryField(out var soft);
                writer.Family("process_max_fds", MetricType.Gauge, "Maximum number of open file descriptors.");
                writer.Sample(soft.SequenceEqual("unlimited"u8) ? double.PositiveInfinity : ByteText.Number(soft));
            }
        }
    }

    private static void WriteRuntime(IMetricWriter writer)
    {
        writer.Family("dotnet_collection_count_total", MetricType.Counter, "GC collection count, by generation.");
        for (var generation = 0; generation < Generations.Length; generation++)
        {
            writer.Sample(GC.CollectionCount(generation), "generation", Generations[generation]);
        }
        writer.Family("dotnet_gc_allocated_bytes_total", MetricType.Counter, "Bytes allocated on the managed heap since start.");
        writer.Sample(GC.GetTotalAllocatedBytes());
        var memory = GC.GetGCMemoryInfo();
        writer.Family("dotnet_gc_committed_bytes", MetricType.Gauge, "Memory that the GC holds from the operating system, as of the last collection.");
        writer.Sample(memory.TotalCommittedBytes);
        writer.Family("dotnet_gc_heap_size_bytes", MetricType.Gauge, "Managed heap size, free space included, as of the last collection.");
        writer.Sample(memory.HeapSizeBytes);
        writer.Family("dotnet_gc_pause_seconds_total", MetricType.Counter, "Time that the GC stopped the process for since start.");
        writer.Sample(GC.GetTotalPauseDuration().TotalSeconds);
        writer.Family("dotnet_monitor_lock_contention_total", MetricType.Counter, "Times that a thread had to wait for a lock.");
        writer.Sample(Monitor.LockContentionCount);
        writer.Family("dotnet_threadpool_completed_items_total", MetricType.Counter, "Work items that the thread pool has run.");
        writer.Sample(ThreadPool.CompletedWorkItemCount);
        writer.Family("dotnet_threadpool_queue_length", MetricType.Gauge, "Work items that wait for a thread of the pool.");
        writer.Sample(ThreadPool.PendingWorkItemCount);
        writer.Family("dotnet_threadpool_threads_count", MetricType.Gauge, "Threads of the thread pool.");
        writer.Sample(ThreadPool.ThreadCount);
        writer.Family("dotnet_total_memory_bytes", MetricType.Gauge, "Total known allocated memory.");
        writer.Sample(GC.GetTotalMemory(forceFullCollection: false));
    }
}

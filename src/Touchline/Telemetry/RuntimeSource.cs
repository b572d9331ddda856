using System.Globalization;
using Touchline.Collectors;
using Touchline.Model;

namespace Touchline.Telemetry;

/// <summary>The .NET runtime that Touchline runs on, under the names that .NET's own meter has for them.</summary>
internal sealed class RuntimeSource : IMetricSource
{
    public void Collect(IMetricWriter writer, CancellationToken cancellationToken)
    {
        writer.Family("dotnet_gc_collections_total", MetricType.Counter, "Garbage collections since start.");
        for (var generation = 0; generation <= GC.MaxGeneration; generation++)
        {
            // A collection of a generation collects the younger ones too; each is counted once, under the oldest.
            var older = generation == GC.MaxGeneration ? 0 : GC.CollectionCount(generation + 1);
            writer.Sample(GC.CollectionCount(generation) - older, "gc_heap_generation", string.Create(CultureInfo.InvariantCulture, $"gen{generation}"));
        }
        writer.Family("dotnet_gc_pause_time_seconds_total", MetricType.Counter, "Time that the process stood still for garbage collections.");
        writer.Sample(GC.GetTotalPauseDuration().TotalSeconds);
        writer.Family("dotnet_gc_heap_total_allocated_bytes_total", MetricType.Counter, "Bytes allocated on the managed heap since start.");
        writer.Sample(GC.GetTotalAllocatedBytes());
        var heap = GC.GetGCMemoryInfo();
        writer.Family("dotnet_gc_last_collection_heap_size_bytes", MetricType.Gauge, "Size of the managed heap after the last collection.");
        writer.Sample(heap.HeapSizeBytes);
        writer.Family("dotnet_gc_last_collection_memory_committed_size_bytes", MetricType.Gauge, "Memory committed for the managed heap at the last collection.");
        writer.Sample(heap.TotalCommittedBytes);
        writer.Family("dotnet_thread_pool_thread_count", MetricType.Gauge, "Threads of the thread pool.");
        writer.Sample(ThreadPool.ThreadCount);
        writer.Family("dotnet_thread_pool_queue_length", MetricType.Gauge, "Work items waiting for a thread.");
        writer.Sample(ThreadPool.PendingWorkItemCount);
        writer.Family("dotnet_thread_pool_work_item_count_total", MetricType.Counter, "Work items that the thread pool has done.");
        writer.Sample(ThreadPool.CompletedWorkItemCount);
        writer.Family("dotnet_monitor_lock_contentions_total", MetricType.Counter, "Times that a thread had to wait for a lock.");
        writer.Sample(Monitor.LockContentionCount);
    }
}

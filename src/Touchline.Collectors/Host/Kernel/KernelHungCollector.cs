using Touchline.Collectors.Host.Reading;

namespace Touchline.Collectors.Host.Kernel;

/// <summary>Tasks that the kernel found hanging, which it counts since 6.13.</summary>
internal sealed class KernelHungCollector(HostOptions options) : NodeCollector("kernel_hung")
{
    private readonly FileReader _reader = new();
    private readonly string _path = Path.Combine(options.ProcPath, "sys/kernel/hung_task_detect_count");

    public override void Collect(IMetricWriter writer)
    {
        if (!_reader.TryRead(_path, out var text))
        {
            NothingHere("the kernel does not count tasks that hang");
            return;
        }
        writer.Counter("node_kernel_hung_tasks_total", "Total number of tasks that have been detected as hung since the system booted.", ByteText.Number(text));
    }
}

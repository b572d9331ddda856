using Touchline.Collectors.Host.Reading;

namespace Touchline.Collectors.Host.Kernel;

/// <summary>How much chance the kernel has in store, from /proc/sys/kernel/random.</summary>
internal sealed class EntropyCollector(HostOptions options) : NodeCollector("entropy")
{
    private readonly FileReader _reader = new();
    private readonly string _availablePath = Path.Combine(options.ProcPath, "sys/kernel/random/entropy_avail");
    private readonly string _poolPath = Path.Combine(options.ProcPath, "sys/kernel/random/poolsize");

    public override void Collect(IMetricWriter writer)
    {
        writer.Gauge("node_entropy_available_bits", "Bits of available entropy.", ByteText.Number(_reader.Read(_availablePath)));
        writer.Gauge("node_entropy_pool_size_bits", "Bits of entropy pool.", ByteText.Number(_reader.Read(_poolPath)));
    }
}

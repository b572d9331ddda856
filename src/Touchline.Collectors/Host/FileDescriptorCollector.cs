using Touchline.Collectors.Host.Reading;
using Touchline.Model;

namespace Touchline.Collectors.Host;

/// <summary>Open files of the whole host, from /proc/sys/fs/file-nr.</summary>
internal sealed class FileDescriptorCollector(HostOptions options) : NodeCollector("filefd")
{
    private readonly FileReader _reader = new();
    private readonly string _path = Path.Combine(options.ProcPath, "sys/fs/file-nr");

    public override void Collect(IMetricWriter writer)
    {
        var fields = new ByteText(_reader.Read(_path));
        var allocated = fields.Number();
        // The second one, free but allocated, is always 0 since Linux 2.6.
        fields.Number();
        var maximum = fields.Number();
        writer.Family("node_filefd_allocated", MetricType.Gauge, "File descriptor statistics: allocated.");
        writer.Sample(allocated);
        writer.Family("node_filefd_maximum", MetricType.Gauge, "File descriptor statistics: maximum.");
        writer.Sample(maximum);
    }
}

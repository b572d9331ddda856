using System.Text;
using Touchline.Collectors.Host.Reading;
using Touchline.Model;

namespace Touchline.Collectors.Host.Kernel;

/// <summary>How many control groups each controller has, from /proc/cgroups.</summary>
internal sealed class CgroupsCollector(HostOptions options) : NodeCollector("cgroups")
{
    private readonly FileReader _reader = new();
    private readonly string _path = Path.Combine(options.ProcPath, "cgroups");
    private readonly List<(string Name, double Groups, double Enabled)> _controllers = [];

    public override void Collect(IMetricWriter writer)
    {
        _controllers.Clear();
        var lines = new ByteText(_reader.Read(_path));
        while (lines.TryLine(out var line))
        {
            var fields = new ByteText(line);
            if (fields.TryField(out var name) && name[0] != '#')
            {
                // Its hierarchy stands between.
                fields.Number();
                _controllers.Add((Encoding.UTF8.GetString(name), fields.Number(), fields.Number()));
            }
        }
        writer.Family("node_cgroups_cgroups", MetricType.Gauge, "Current cgroup number of the subsystem.");
        _controllers.ForEach(controller => writer.Sample(controller.Groups, "subsys_name", controller.Name));
        // The help is node_exporter's too.
        writer.Family("node_cgroups_enabled", MetricType.Gauge, "Current cgroup number of the subsystem.");
        _controllers.ForEach(controller => writer.Sample(controller.Enabled, "subsys_name", controller.Name));
    }
}

using Touchline.Collectors.Host.Reading;
using Touchline.Model;

namespace Touchline.Collectors.Host;

/// <summary>Whether SELinux is enabled and enforces its policy, from its filesystem below /sys and its configuration.</summary>
internal sealed class SelinuxCollector(HostOptions options) : NodeCollector("selinux")
{
    private const double Enforcing = 1;
    private const double Permissive = 0;
    private const double Disabled = -1;

    private readonly SysFiles _files = new();
    private readonly string _enforcePath = Path.Combine(options.SysPath, "fs/selinux/enforce");
    private readonly string _labelPath = Path.Combine(options.ProcPath, "self/attr/current");
    private readonly string _configPath = Path.Combine(options.RootFsPath, "etc/selinux/config");

    public override void Collect(IMetricWriter writer)
    {
        // Without a policy loaded every process is labelled as the kernel itself.
        var isEnabled = File.Exists(_enforcePath) && _files.TextOrEmpty(_labelPath).TrimEnd('\0') != "kernel";
        if (isEnabled)
        {
            writer.Family("node_selinux_config_mode", MetricType.Gauge, "Configured SELinux enforcement mode");
            writer.Sample(ConfiguredMode());
            writer.Family("node_selinux_current_mode", MetricType.Gauge, "Current SELinux enforcement mode");
            writer.Sample(WholeNumber.TryParse(_files.TextOrEmpty(_enforcePath), out var mode) ? mode : Disabled);
        }
        writer.Family("node_selinux_enabled", MetricType.Gauge, "SELinux is enabled, 1 is true, 0 is false");
        writer.Sample(isEnabled ? 1 : 0);
    }

    private double ConfiguredMode()
    {
        var lines = File.Exists(_configPath) ? _files.Lines(_configPath) : [];
        var mode = lines.Select(line => line.Trim()).FirstOrDefault(line => line.StartsWith("SELINUX=", StringComparison.Ordinal))?["SELINUX=".Length..];
        return mode switch
        {
            "enforcing" => Enforcing,
            "permissive" => Permissive,
            _ => Disabled,
        };
    }
}

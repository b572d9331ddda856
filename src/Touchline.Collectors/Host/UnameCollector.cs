using System.Runtime.InteropServices;
using System.Text;
using Touchline.Collectors.Host.Reading;
using Touchline.Model;

namespace Touchline.Collectors.Host;

/// <summary>What the system is, from the files in /proc/sys/kernel that say the same as uname(2).</summary>
internal sealed class UnameCollector(HostOptions options) : NodeCollector("uname")
{
    private readonly FileReader _reader = new();
    private readonly string _folder = Path.Combine(options.ProcPath, "sys/kernel");
    private string[]? _labels;

    public override void Collect(IMetricWriter writer)
    {
        // Only the two names can change while the system runs.
        _labels ??=
        [
            "sysname", Read("ostype"), "release", Read("osrelease"), "version", Read("version"), "machine", Machine(),
            "nodename", "", "domainname", "",
        ];
        Replace(9, "hostname");
        Replace(11, "domainname");
        writer.Family("node_uname_info", MetricType.Gauge, "Labeled system information as provided by the uname system call.");
        writer.Sample(1, _labels);
    }

    private void Replace(int index, string file)
    {
        var current = Read(file);
        if (_labels![index] != current)
        {
            _labels[index] = current;
        }
    }

    /// <summary>The kernel says it since 6.1.</summary>
    private string Machine() => File.Exists(Path.Combine(_folder, "arch"))
        ? Read("arch")
        : RuntimeInformation.OSArchitecture switch
        {
            Architecture.X64 => "x86_64",
            Architecture.Arm64 => "aarch64",
            var other => other.ToString().ToLowerInvariant(),
        };

    private string Read(string file) => Encoding.UTF8.GetString(_reader.Read(Path.Combine(_folder, file))).TrimEnd('\n');
}

using Touchline.Collectors.Host.Reading;

namespace Touchline.Collectors.Host.Hardware;

/// <summary>Clocks of processors and what governs them, from /sys/devices/system/cpu/cpu*/cpufreq.</summary>
internal sealed class CpuFrequencyCollector(HostOptions options) : NodeCollector("cpufreq")
{
    // The files are in kHz.
    private const double HertzPerKilohertz = 1000;

    // The kernel measures a clock for up to 20 ms before it answers: processors are asked side by side, or a large machine's would take seconds.
    private const int AskedAtOnce = 16;

    private static readonly (string File, string Metric, string Help)[] Clocks =
    [
        ("cpuinfo_cur_freq", "node_cpu_frequency_hertz", "Current CPU thread frequency in hertz."),
        ("cpuinfo_max_freq", "node_cpu_frequency_max_hertz", "Maximum CPU thread frequency in hertz."),
        ("cpuinfo_min_freq", "node_cpu_frequency_min_hertz", "Minimum CPU thread frequency in hertz."),
        ("scaling_cur_freq", "node_cpu_scaling_frequency_hertz", "Current scaled CPU thread frequency in hertz."),
        ("scaling_max_freq", "node_cpu_scaling_frequency_max_hertz", "Maximum scaled CPU thread frequency in hertz."),
        ("scaling_min_freq", "node_cpu_scaling_frequency_min_hertz", "Minimum scaled CPU thread frequency in hertz."),
    ];

    private readonly SysFiles _files = new();
    private readonly string _folder = Path.Combine(options.SysPath, "devices/system/cpu");

    public override void Collect(IMetricWriter writer)
    {
        var offline = CpuTopology.Expand(_files.Text(Path.Combine(_folder, "offline"))).ToHashSet(StringComparer.Ordinal);
        var processors = SysFiles.FindNumbered(_folder, "cpu")
            .Select(path => new Processor(path))
            .Where(processor => !offline.Contains(processor.Name) && Directory.Exists(processor.Folder))
            .ToArray();
        Parallel.ForEach(
            processors, new ParallelOptions { MaxDegreeOfParallelism = AskedAtOnce }, () => new SysFiles(),
            (processor, _, files) =>
            {
                processor.Read(files);
                return files;
            },
            _ => { });
        var table = new FamilyTable();
        foreach (var processor in processors)
        {
            processor.Write(table);
        }
        table.WriteTo(writer);
    }

    private sealed class Processor(string path)
    {
        private readonly double[] _kilohertz = new double[Clocks.Length];
        private string _governors = "";
        private string _governor = "";

        public string Name { get; } = Path.GetFileName(path)["cpu".Length..];

        public string Folder { get; } = Path.Combine(path, "cpufreq");

        public void Read(SysFiles files)
        {
            for (var i = 0; i < Clocks.Length; i++)
            {
                // Drivers leave out clocks that they do not know.
                _kilohertz[i] = files.TryText(Path.Combine(Folder, Clocks[i].File), out var text) && WholeNumber.TryParse(text, out var value)
                    ? value
                    : double.NaN;
            }
            _governor = files.TextOrEmpty(Path.Combine(Folder, "scaling_governor"));
            _governors = files.TextOrEmpty(Path.Combine(Folder, "scaling_available_governors"));
        }

        public void Write(FamilyTable table)
        {
            for (var i = 0; i < Clocks.Length; i++)
            {
                if (!double.IsNaN(_kilohertz[i]))
                {
                    table.Gauge(Clocks[i].Metric, Clocks[i].Help, _kilohertz[i] * HertzPerKilohertz, "cpu", Name);
                }
            }
            foreach (var governor in _governor.Length > 0 ? _governors.Split(' ') : [])
            {
                table.Gauge(
                    "node_cpu_scaling_governor", "Current enabled CPU frequency governor.", governor == _governor ? 1 : 0, "cpu", Name, "governor", governor);
            }
        }
    }
}

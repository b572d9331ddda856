using System.Globalization;
using System.Text;
using Touchline.Collectors.Host.Reading;
using Touchline.Collectors.Host.Settings;
using Touchline.Model;

namespace Touchline.Collectors.Host.Kernel;

/// <summary>Settings of the kernel that the user names, from /proc/sys.</summary>
internal sealed class SysctlCollector(HostOptions options) : NodeCollector("sysctl")
{
    internal static readonly NodeFlag Numbers = new(
        "collector.sysctl.include", NodeFlagKind.List, "", "A setting with numbers, as vm.swappiness or, with names for its numbers, fs.file-nr:total,free,max. Can be repeated.");

    internal static readonly NodeFlag Texts = new(
        "collector.sysctl.include-info", NodeFlagKind.List, "", "A setting with words, which become labels of node_sysctl_info. Can be repeated.");

    private readonly FileReader _reader = new();
    private readonly Setting[] _numbers = [.. options.Flags.List(Numbers).Select(Setting.Of)];
    private readonly Setting[] _texts = [.. options.Flags.List(Texts).Select(Setting.Of)];

    public override void Collect(IMetricWriter writer)
    {
        if (_texts.Length > 0)
        {
            writer.Family("node_sysctl_info", MetricType.Gauge, "sysctl info");
        }
        foreach (var setting in _texts)
        {
            var words = Read(setting);
            for (var i = 0; i < words.Length; i++)
            {
                writer.Sample(1, "name", setting.Name, "value", words[i], "index", i.ToString(CultureInfo.InvariantCulture));
            }
        }
        foreach (var setting in _numbers)
        {
            WriteNumbers(writer, setting, [.. Read(setting).Select(word => double.Parse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture))]);
        }
    }

    private static void WriteNumbers(IMetricWriter writer, Setting setting, double[] numbers)
    {
        if (setting.Keys.Length > 0)
        {
            if (setting.Keys.Length != numbers.Length)
            {
                throw new FormatException($"{setting.Name} has {numbers.Length} numbers, and {setting.Keys.Length} names are given for them");
            }
            for (var i = 0; i < numbers.Length; i++)
            {
                writer.Family($"{setting.Metric}_{setting.Keys[i]}", MetricType.Unknown, $"sysctl {setting.Name}, field {i}");
                writer.Sample(numbers[i]);
            }
            return;
        }
        writer.Family(setting.Metric, MetricType.Unknown, $"sysctl {setting.Name}");
        if (numbers.Length == 1)
        {
            writer.Sample(numbers[0]);
            return;
        }
        for (var i = 0; i < numbers.Length; i++)
        {
            writer.Sample(numbers[i], "index", i.ToString(CultureInfo.InvariantCulture));
        }
    }

    private string[] Read(Setting setting)
    {
        var text = Encoding.UTF8.GetString(_reader.Read(Path.Combine(options.ProcPath, "sys", setting.Name.Replace('.', '/'))));
        var words = text.Split([' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries);
        return words.Length > 0 ? words : throw new FormatException($"{setting.Name} is empty");
    }

    private sealed record Setting(string Name, string[] Keys)
    {
        public string Metric { get; } = "node_sysctl_" + string.Concat(Name.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '_'));

        public static Setting Of(string text)
        {
            var parts = text.Split(':', 2);
            return new Setting(parts[0], parts.Length > 1 ? parts[1].Split(',') : []);
        }
    }
}

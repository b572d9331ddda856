using System.CommandLine;
using Touchline.Collectors.Host;
using Touchline.Collectors.Host.Settings;
using HostOptions = Touchline.Collectors.Host.HostOptions;

namespace Touchline.Cli;

/// <summary>
/// The flags of node_exporter that say what is collected of this host: a switch for each collector, and the settings of collectors.
/// There are over a hundred, so that <c>--help</c> leaves them to docs/host.md.
/// </summary>
internal sealed class HostFlags
{
    private readonly List<(NodeCollectorEntry Collector, Option<bool> Option)> _collectors =
        [.. NodeCollectors.Entries.Select(entry => (entry, Switch("collector." + entry.Name, entry.IsOnByDefault)))];

    private readonly List<(NodeFlag Flag, Option Option)> _settings = [.. NodeCollectors.Flags.Select(flag => (flag, OptionOf(flag)))];

    public Option<string> ProcPath { get; } = Path("procfs", new HostOptions().ProcPath, "Where the host's /proc is mounted.");

    public Option<string> SysPath { get; } = Path("sysfs", new HostOptions().SysPath, "Where the host's /sys is mounted.");

    public Option<string> RootFsPath { get; } = Path("rootfs", new HostOptions().RootFsPath, "Where the host's root is mounted.");

    public Option<string> UdevDataPath { get; } = Path("udev.data", new HostOptions().UdevDataPath, "Where udev keeps its data.");

    public Option<bool> DisableDefaults { get; } = new("--collector.disable-defaults")
    {
        Description = "Run only those collectors of this host that a --collector.NAME switches on. Each has such a switch, and settings as in node_exporter: docs/host.md.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public Option<string[]> ListenAddress { get; } = FlagMaker.List("collector.host.listen-address", "Address to serve this host's metrics on as node_exporter does, HOST:PORT, or :9100 for every interface. Can be repeated.", "ADDRESS");

    public IReadOnlyList<Option> All =>
    [
        ListenAddress, DisableDefaults, ProcPath, SysPath, RootFsPath, UdevDataPath, .. _collectors.Select(known => known.Option), .. _settings.Select(known => known.Option),
    ];

    /// <summary>What was given, checked; mistakes are added to a list.</summary>
    public HostOptions Read(ParseResult parsed, ICollection<string> errors)
    {
        var options = new HostOptions
        {
            ProcPath = parsed.GetValue(ProcPath)!,
            SysPath = parsed.GetValue(SysPath)!,
            RootFsPath = parsed.GetValue(RootFsPath)!,
            UdevDataPath = parsed.GetValue(UdevDataPath)!,
            DisableDefaults = parsed.GetValue(DisableDefaults),
        };
        foreach (var (collector, option) in _collectors.Where(known => IsGiven(parsed, known.Option)))
        {
            options = options with { Collectors = options.Collectors.SetItem(collector.Name, parsed.GetValue(option)) };
        }
        foreach (var (flag, option) in _settings.Where(known => IsGiven(parsed, known.Option)))
        {
            options = options with { Flags = options.Flags.With(flag, Values(parsed, option)) };
        }
        foreach (var (flag, _) in _settings)
        {
            foreach (var mistake in options.Flags.Mistakes(flag))
            {
                errors.Add($"--{flag.Name}: {mistake}");
            }
        }
        return options;
    }

    private static IReadOnlyList<string> Values(ParseResult parsed, Option option) => option switch
    {
        Option<bool> toggle => [parsed.GetValue(toggle) ? "true" : "false"],
        Option<string[]> list => parsed.GetValue(list) ?? [],
        Option<string> text => [parsed.GetValue(text) ?? ""],
        _ => [],
    };

    private static bool IsGiven(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    private static Option OptionOf(NodeFlag flag)
    {
        var option = NamedOptionOf(flag);
        if (flag.FormerName is { } name)
        {
            option.Aliases.Add("--" + name);
        }
        return option;
    }

    private static Option NamedOptionOf(NodeFlag flag) => flag.Kind switch
    {
        NodeFlagKind.Switch => Switch(flag.Name, flag.Default == "true"),
        NodeFlagKind.List => new Option<string[]>("--" + flag.Name)
        {
            Description = flag.Description,
            DefaultValueFactory = _ => flag.Default.Length == 0 ? [] : [flag.Default],
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = false,
            Hidden = true,
        },
        _ => new Option<string>("--" + flag.Name) { Description = flag.Description, DefaultValueFactory = _ => flag.Default, Hidden = true },
    };

    private static Option<bool> Switch(string name, bool value) => new("--" + name)
    {
        DefaultValueFactory = _ => value,
        Arity = ArgumentArity.ZeroOrOne,
        Hidden = true,
    };

    private static Option<string> Path(string name, string value, string description) => new("--path." + name)
    {
        Description = description,
        HelpName = "DIR",
        DefaultValueFactory = _ => value,
    };
}

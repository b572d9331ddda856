using System.CommandLine;
using Touchline.Collectors.Containers;
using Touchline.Configuration.Syntax;
using static Touchline.Cli.FlagMaker;

namespace Touchline.Cli;

/// <summary>The flags that say what is collected of containers. Those that cAdvisor has are taken by its names too.</summary>
internal sealed class ContainerFlags
{
    private static readonly ContainerOptions Defaults = new();

    public Option<bool> Collect { get; } = Switch("collector.containers", "Watch the containers and control groups of this host, where there are any: job \"cadvisor\", with the metrics of cAdvisor.", true);

    public Option<string> ListenAddress { get; } = Text("collector.containers.listen-address", "", "Serve the metrics of containers at /metrics of a port of their own too, as cAdvisor does on :8080.", "ADDRESS");

    public Option<string> CgroupRoot { get; } = Text("collector.containers.cgroup-root", Defaults.CgroupRoot, "Where control groups are mounted.", "DIR");

    public Option<string> DockerSockets { get; } = Text("collector.containers.docker-sockets", string.Join(',', Defaults.DockerSockets), "Sockets of Docker or Podman, comma-separated, which know containers' names. Empty asks none.", "PATH,…");

    public Option<string> CriSockets { get; } = Text("collector.containers.cri-sockets", string.Join(',', Defaults.CriSockets), "Sockets of containerd or CRI-O, comma-separated. Empty asks none.", "PATH,…");

    public Option<string> DisableMetrics { get; } = Text("collector.containers.disable-metrics", ContainerMetricKindNames.Of(ContainerMetricKinds.All & ~Defaults.Metrics), "Kinds of figures that are left out, comma-separated: docs/containers.md has them.", "KIND,…", "disable_metrics");

    public Option<string> EnableMetrics { get; } = Text("collector.containers.enable-metrics", "", "Kinds of figures that are collected and no others; counts before --collector.containers.disable-metrics.", "KIND,…", "enable_metrics");

    public Option<bool> StoreLabels { get; } = Switch("collector.containers.store-labels", "Give series all labels of their containers.", true, "store_container_labels");

    public Option<string> Labels { get; } = Text("collector.containers.labels", "", "Labels of containers that series get with --no-collector.containers.store-labels, comma-separated.", "NAME,…", "whitelisted_container_labels");

    public Option<string> Environment { get; } = Text("collector.containers.environment", "", "What names of environment variables begin with that become labels of their container's series, comma-separated.", "PREFIX,…", "env_metadata_whitelist");

    /// <summary>In the order of <c>--help</c>.</summary>
    public IReadOnlyList<Option> All => [Collect, ListenAddress, CgroupRoot, DockerSockets, CriSockets, DisableMetrics, EnableMetrics, StoreLabels, Labels, Environment];

    /// <summary>What was given, checked; mistakes are added to a list.</summary>
    public ContainerOptions Read(ParseResult parsed, ICollection<string> errors, ICollection<string> warnings)
    {
        if (parsed.GetValue(CgroupRoot) is null or "")
        {
            errors.Add($"{CgroupRoot.Name}: must not be empty");
        }
        var options = new ContainerOptions
        {
            CgroupRoot = parsed.GetValue(CgroupRoot) ?? "",
            DockerSockets = List(parsed, DockerSockets),
            CriSockets = List(parsed, CriSockets),
            Metrics = Metrics(parsed, errors),
            StoreAllLabels = parsed.GetValue(StoreLabels),
            LabelsToStore = List(parsed, Labels),
            EnvironmentToStore = List(parsed, Environment),
        };
        if (options is { StoreAllLabels: true, LabelsToStore.Count: > 0 })
        {
            warnings.Add($"{Labels.Name} has no effect without --no-{StoreLabels.Name[2..]}: all labels are stored");
        }
        return options;
    }

    private ContainerMetricKinds Metrics(ParseResult parsed, ICollection<string> errors)
    {
        var (enabled, disabled) = (Kinds(parsed, EnableMetrics, errors), Kinds(parsed, DisableMetrics, errors));
        return List(parsed, EnableMetrics).Length > 0 ? enabled : ContainerMetricKinds.All & ~disabled;
    }

    private static ContainerMetricKinds Kinds(ParseResult parsed, Option<string> flag, ICollection<string> errors)
    {
        var kinds = ContainerMetricKinds.None;
        foreach (var name in List(parsed, flag))
        {
            if (!ContainerMetricKindNames.TryParse(name, out var kind))
            {
                var meant = Spelling.Closest(name, ContainerMetricKindNames.All);
                errors.Add($"{flag.Name}: there is no kind {name}{(meant is null ? "" : $"; did you mean {meant}?")}");
            }
            kinds |= kind;
        }
        return kinds;
    }

    private static string[] List(ParseResult parsed, Option<string> flag) =>
        (parsed.GetValue(flag) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}

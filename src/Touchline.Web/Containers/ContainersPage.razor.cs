using Microsoft.AspNetCore.Components;
using Touchline.Model;
using Touchline.Web.Formatting;
using Touchline.Web.Overview;
using Touchline.Web.Views;

namespace Touchline.Web.Containers;

/// <summary>What runs in containers, what it uses, and why it ended where it did. The filter is in the address.</summary>
public sealed partial class ContainersPage
{
    private const int MaxRows = 300;

    private static readonly IReadOnlyList<ContainerCondition> Choices = [ContainerCondition.Running, ContainerCondition.Failing];

    private IReadOnlyList<ContainerView> _containers = [];
    private IReadOnlyList<ContainerView> _shown = [];

    [Inject]
    internal IContainersView View { get; set; } = null!;

    protected override void Read() => _containers = View.Containers();

    protected override void Filter() => _shown = new ContainerFilter(Text, Wanted).Of(_containers);

    private static string StateClass(ContainerView container) => container.Condition switch
    {
        ContainerCondition.Running => "tl-ok",
        ContainerCondition.Failing => "tl-bad",
        _ => "tl-none",
    };

    /// <summary>When it began or ended to be as it is; null where that is not known.</summary>
    private static DateTimeOffset? Since(ContainerView container) => container.Condition == ContainerCondition.Running ? container.StartedAt : container.FinishedAt;

    /// <summary>How it ended the last time, in a few words; empty where it did not, or as it should.</summary>
    private static string LastEnd(ContainerView container) =>
        container.IsOomKilled ? "out of memory"
        : container.LastExitCode is { } code && (code != 0 || container.Condition != ContainerCondition.Running) ? $"exit code {ExitCode.Describe(code)}"
        : "";

    /// <summary>A hundredth of a processor is as much as anybody wants to know.</summary>
    private static string CoresUsed(double cores) => cores is > 0 and < 0.01 ? "< 0.01" : Figure.Format(cores, Unit.Number);

    private static string Cores(ContainerView container) => container.CpuLimitCores is { } limit
        ? $"of {Figure.Format(limit, Unit.Number)} {(limit == 1 ? "core" : "cores")}"
        : "cores";

    private static double? MemoryPercent(ContainerView container) =>
        container is { MemoryBytes: { } bytes, MemoryLimitBytes: { } limit } ? 100 * bytes / limit : null;

    private static double? CpuPercent(ContainerView container) =>
        container is { CpuCores: { } cores, CpuLimitCores: { } limit } ? 100 * cores / limit : null;

    private static string ShortId(ContainerView container) => container.Id.Length == 64 ? container.Id[..12] : container.Id;

    private string ExploreHref(ContainerView container) => State.Href(
        "explore", ("q", $"sum (rate(container_cpu_usage_seconds_total{{id={QuotedString.Of(container.CgroupPath)}}}[1m]))"));

    private int Count(ContainerCondition condition) => _containers.Count(container => container.Condition == condition);
}

using Touchline.Web.Views;

namespace Touchline.Web.Tests.Fakes;

internal sealed class FakeViews : ITargetsView, IStatusView, IServicesView, IQueriesView, IContainersView, IDiscoveryView
{
    public List<TargetView> TargetList { get; } = [];

    public List<DiscoveryJobView> JobList { get; } = [];

    public List<ServiceView> ServiceList { get; } = [];

    public StatusSnapshot Snapshot { get; set; } = new()
    {
        Version = "1.2.3",
        StartedAt = TestClock.Start,
        DataPath = "/data",
        ConfigFile = "prometheus.yml",
        ConfigYaml = "global: {}",
        ConfigLoadedAt = TestClock.Start,
    };

    public CardinalitySnapshot Heaviest { get; set; } = new();

    public List<ContainerView> ContainerList { get; } = [];

    public bool IsWatched { get; set; } = true;

    public IReadOnlyList<ContainerView> Containers() => ContainerList;

    public IReadOnlyList<TargetView> Targets() => TargetList;

    public StatusSnapshot Status() => Snapshot;

    public IReadOnlyList<DiscoveryJobView> Jobs() => JobList;

    public CardinalitySnapshot Cardinality() => Heaviest;

    public QueriesSnapshot Asked { get; set; } = new() { MaxConcurrency = 20 };

    public QueriesSnapshot Queries() => Asked;

    public IReadOnlyList<ServiceView> Services(CancellationToken cancellationToken) => ServiceList;
}

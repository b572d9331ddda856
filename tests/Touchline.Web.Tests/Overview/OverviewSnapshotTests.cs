using Microsoft.Extensions.Time.Testing;
using Touchline.Model;
using Touchline.PromQL;
using Touchline.Storage.InMemory;
using Touchline.Web.Overview;
using Touchline.Web.Tests.Fakes;
using Touchline.Web.Views;

namespace Touchline.Web.Tests.Overview;

public sealed class OverviewSnapshotTests
{
    private readonly InMemoryStore _store = new();
    private readonly FakeViews _views = new();

    public OverviewSnapshotTests()
    {
        _views.TargetList.Add(new TargetView("node", "builtin", Labels.Of("job", "node"), TargetState.Up, "", TestClock.Start, 1, 10, 5000));
    }

    [Fact]
    public void Without_samples_there_is_no_host_and_no_problem()
    {
        var snapshot = Read();

        Assert.Null(snapshot.Host);
        Assert.Null(snapshot.Problem);
        Assert.Empty(snapshot.Services);
    }

    [Fact]
    public void After_one_sample_gauges_are_known_and_rates_are_not()
    {
        AddHost("a", 1);

        var host = Read().Host!;

        Assert.Equal(0.5, host.Load1);
        Assert.Equal(25, host.MemoryPercent);
        Assert.Null(host.CpuPercent);
    }

    [Fact]
    public void Figures_of_a_host_are_those_of_its_metrics()
    {
        AddHost("a", 4);

        var host = Read().Host!;

        Assert.Equal(40, host.CpuPercent!.Value, 6);
        Assert.Equal(1, host.Cores);
        Assert.Equal(1000, host.NetworkReceive!.Value, 6);
        Assert.Equal("/", Assert.Single(host.Filesystems).MountPoint);
        Assert.Equal(80, host.Filesystems[0].UsedPercent, 6);
    }

    [Fact]
    public void Of_several_hosts_the_one_asked_for_is_read()
    {
        AddHost("a", 2);
        AddHost("b", 2);

        Assert.Equal(["a", "b"], Read().Hosts);
        Assert.Equal("b", Read("b").Host!.Instance);
        Assert.Equal("a", Read("gone").Host!.Instance);
    }

    [Fact]
    public void Unless_asked_the_host_that_it_runs_on_is_read()
    {
        _views.TargetList.Add(new TargetView("node", "http://localhost:9090/metrics/node", Labels.Of("job", "node", "instance", "b"), TargetState.Up, "", null, 0, 0, 5000));
        AddHost("a", 2);
        AddHost("b", 2);

        Assert.Equal("b", Read().Host!.Instance);
        Assert.Equal("a", Read("a").Host!.Instance);
    }

    [Fact]
    public void A_service_has_rate_errors_duration_and_its_business()
    {
        _views.ServiceList.Add(new ServiceView { Name = "Football", Job = "football", State = ServiceState.Up });
        var job = "football";
        double[] Rising(double perSample) => [.. Enumerable.Range(0, 13).Select(i => i * perSample)];
        _store.Add(Labels.Of("__name__", "http_requests_total", "job", job, "status_code", "200"), 5000, Rising(45));
        _store.Add(Labels.Of("__name__", "http_requests_total", "job", job, "status_code", "503"), 5000, Rising(5));
        _store.Add(Labels.Of("__name__", "http_request_duration_seconds_bucket", "job", job, "le", "0.1"), 5000, Rising(50));
        _store.Add(Labels.Of("__name__", "http_request_duration_seconds_bucket", "job", job, "le", "+Inf"), 5000, Rising(50));
        _store.Add(Labels.Of("__name__", "prediction_accuracy", "job", job, "model_type", "elo"), 5000, 0.5);
        _store.Add(Labels.Of("__name__", "active_users", "job", job), 5000, 7);

        var service = Assert.Single(Read().Services);

        Assert.Equal(10, service.Rate!.Value, 6);
        Assert.Equal(0.1, service.ErrorRatio!.Value, 6);
        Assert.Equal(0.05, service.Median!.Value, 6);
        Assert.Equal(["Prediction accuracy", "Active users"], service.Business.Select(b => b.Title));
    }

    [Fact]
    public void A_service_without_errors_has_a_ratio_of_zero()
    {
        _views.ServiceList.Add(new ServiceView { Name = "s", Job = "a\"b", State = ServiceState.Up });
        _store.Add(Labels.Of("__name__", "http_requests_total", "job", "a\"b", "status_code", "200"), 5000, 1, 2, 3, 4);

        Assert.Equal(0, Assert.Single(Read().Services).ErrorRatio);
    }

    [Fact]
    public void What_takes_too_long_is_left_out_and_said()
    {
        AddHost("a", 4);

        var snapshot = Read(null, new CancellationToken(canceled: true));

        Assert.True(snapshot.IsCut);
        Assert.NotNull(snapshot.Problem);
        Assert.Null(snapshot.Host);
        Assert.Equal("1.2.3", snapshot.Status.Version);
    }

    private OverviewSnapshot Read(string? host = null) => Read(host, TestContext.Current.CancellationToken);

    private OverviewSnapshot Read(string? host, CancellationToken cancellationToken)
    {
        var engine = new PromQLEngine(_store, new PromQLOptions(), new FakeTimeProvider(TestClock.Start));
        return OverviewSnapshot.Read(engine, _views, _views, _views, host, TestClock.Start, cancellationToken);
    }

    private void AddHost(string instance, int samples)
    {
        void Add(string name, double first, double step, params string[] labels) => _store.Add(
            Labels.Of(["__name__", name, "job", "node", "instance", instance, .. labels]), 5000,
            [.. Enumerable.Range(0, samples).Select(i => first + i * step)]);
        Add("node_load1", 0.5, 0);
        Add("node_memory_MemTotal_bytes", 4096, 0);
        Add("node_memory_MemAvailable_bytes", 3072, 0);
        Add("node_cpu_seconds_total", 1e6, 3, "cpu", "0", "mode", "idle");
        Add("node_cpu_seconds_total", 1e6, 2, "cpu", "0", "mode", "user");
        Add("node_network_receive_bytes_total", 1e9, 5000, "device", "eth0");
        Add("node_network_receive_bytes_total", 1e9, 9999, "device", "lo");
        foreach (var mount in (string[])["/", "/etc/hosts"])
        {
            Add("node_filesystem_size_bytes", 100, 0, "device", "/dev/vda", "fstype", "ext4", "mountpoint", mount);
            Add("node_filesystem_avail_bytes", 20, 0, "device", "/dev/vda", "fstype", "ext4", "mountpoint", mount);
        }
    }
}

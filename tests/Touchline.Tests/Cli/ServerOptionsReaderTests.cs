using System.CommandLine;
using Microsoft.Extensions.Logging;
using Touchline.Cli;
using Touchline.Collectors.Containers;
using Touchline.Options;
using Touchline.PromQL;

namespace Touchline.Tests.Cli;

public sealed class ServerOptionsReaderTests
{
    [Fact]
    public void Without_flags_the_defaults_are_safe()
    {
        var (options, warnings) = Read();
        Assert.Equal([new ListenAddress("127.0.0.1", 9090)], options.ListenAddresses);
        Assert.Equal("./data", options.DataPath);
        Assert.Null(options.RetentionTimeMs);
        Assert.False(options.EnableLifecycle);
        Assert.True(options.CollectHost);
        Assert.True(options.CollectContainers);
        Assert.Null(options.ContainersListenAddress);
        Assert.Equal(["/var/run/docker.sock", "/run/podman/podman.sock"], options.Containers.DockerSockets);
        Assert.Empty(warnings);
    }

    [Fact]
    public void Flags_are_taken_with_an_equals_sign_a_space_or_a_negation()
    {
        var (options, _) = Read(
            "--storage.tsdb.path=/d", "--query.timeout", "30s", "--web.listen-address=:1", "--web.listen-address", "[::1]:2", "--web.enable-lifecycle",
            "--no-collector.host", "--collector.self=false", "--log.level", "debug");
        Assert.Equal("/d", options.DataPath);
        Assert.Equal(30_000, options.QueryTimeoutMs);
        Assert.Equal([new ListenAddress("", 1), new ListenAddress("::1", 2)], options.ListenAddresses);
        Assert.True(options.EnableLifecycle);
        Assert.False(options.CollectHost);
        Assert.False(options.CollectSelf);
        Assert.Equal(LogLevel.Debug, options.LogLevel);
    }

    [Fact]
    public void Sockets_of_engines_are_lists_and_a_port_for_containers_is_checked()
    {
        var (options, _) = Read(
            "--collector.containers.docker-sockets=/a.sock, /b.sock", "--collector.containers.cri-sockets=", "--collector.containers.listen-address=:8080",
            "--collector.containers.cgroup-root=/host/cgroup");
        Assert.Equal(["/a.sock", "/b.sock"], options.Containers.DockerSockets);
        Assert.Empty(options.Containers.CriSockets);
        Assert.Equal(new ListenAddress("", 8080), options.ContainersListenAddress);
        Assert.Equal("/host/cgroup", options.Containers.CgroupRoot);
    }

    [Fact]
    public void Kinds_of_figures_of_containers_are_chosen_by_the_names_of_cAdvisor()
    {
        Assert.Equal(ContainerMetricKinds.Default, Read().Options.Containers.Metrics);
        Assert.Equal(ContainerMetricKinds.All & ~ContainerMetricKinds.Disk, Read("--disable_metrics=disk,resctrl").Options.Containers.Metrics);
        Assert.Equal(ContainerMetricKinds.All, Read("--collector.containers.disable-metrics=").Options.Containers.Metrics);
        Assert.Equal(ContainerMetricKinds.Tcp | ContainerMetricKinds.Udp, Read("--enable_metrics", "tcp,udp", "--disable_metrics=tcp").Options.Containers.Metrics);
    }

    [Fact]
    public void Kind_of_figures_that_is_none_is_told_with_the_one_that_was_meant()
    {
        var reader = Reader("--disable_metrics=tcp,memroy");
        reader.Read();
        Assert.Equal("--collector.containers.disable-metrics: there is no kind memroy; did you mean memory?", Assert.Single(reader.Errors));
    }

    [Fact]
    public void Labels_of_containers_are_chosen_by_the_flags_of_cAdvisor()
    {
        var (options, warnings) = Read("--store_container_labels=false", "--whitelisted_container_labels=a,b", "--env_metadata_whitelist=APP_,ZONE");
        Assert.Empty(warnings);
        Assert.False(options.Containers.StoreAllLabels);
        Assert.Equal(["a", "b"], options.Containers.LabelsToStore);
        Assert.Equal(["APP_", "ZONE"], options.Containers.EnvironmentToStore);
        Assert.Contains("no effect without --no-collector.containers.store-labels", Assert.Single(Read("--collector.containers.labels=a").Warnings));
    }

    [Fact]
    public void Flags_of_Prometheus_without_a_meaning_are_warned_of()
    {
        var (_, warnings) = Read("--web.console.templates=/x", "--rules.max-concurrent-evals", "4", "--storage.tsdb.no-lockfile", "--no-auto-gomaxprocs");
        Assert.Equal(4, warnings.Count);
        Assert.Contains(warnings, w => w.Contains("--web.console.templates"));
    }

    [Fact]
    public void Features_of_the_language_are_switched_on_and_unknown_ones_warned_of()
    {
        var (options, warnings) = Read("--enable-feature=promql-experimental-functions,native-histograms", "--enable-feature", "promql-duration-exp");
        Assert.Equal(PromQLFeatures.ExperimentalFunctions, options.Features);
        Assert.Contains(warnings, w => w.Contains("native-histograms has no effect"));
        Assert.Contains(warnings, w => w.Contains("did you mean promql-duration-expr?"));
    }

    [Fact]
    public void Type_and_unit_as_labels_are_switched_on()
    {
        var (options, warnings) = Read("--enable-feature=type-and-unit-labels");
        Assert.Equal(PromQLFeatures.TypeAndUnitLabels, options.Features);
        Assert.Empty(warnings);
    }

    [Theory]
    [InlineData("https://example.com/touch/", "/touch")]
    [InlineData("https://example.com", "")]
    [InlineData("/touch", "/touch")]
    public void The_external_url_gives_the_prefix(string url, string prefix) => Assert.Equal(prefix, Read("--web.external-url", url).Options.RoutePrefix);

    [Fact]
    public void The_flags_in_force_are_sorted_texts()
    {
        var flags = Read("--query.timeout=90s").Options.Flags;
        Assert.Equal("90s", flags.Single(f => f.Key == "query.timeout").Value);
        Assert.Equal("false", flags.Single(f => f.Key == "web.enable-lifecycle").Value);
        Assert.Equal(flags.Select(f => f.Key).Order(StringComparer.Ordinal), flags.Select(f => f.Key));
    }

    /// <summary>The words are Prometheus's, and so is what is refused.</summary>
    [Theory]
    [InlineData("can not be used in agent mode: [\"--query.timeout\"]", "--agent", "--query.timeout=1m", "--web.enable-admin-api")]
    [InlineData("can not be used in agent mode: [\"--storage.tsdb.no-lockfile\"]", "--agent", "--no-storage.tsdb.no-lockfile")]
    [InlineData("can only be used in agent mode: [\"--storage.agent.path\"]", "--storage.agent.path=/d", "--query.timeout=1m")]
    public void Flags_of_the_other_mode_are_refused(string expected, params string[] arguments)
    {
        var flags = new ServerFlags();
        var root = TouchlineCommand.Create(flags, TextWriter.Null, TextWriter.Null);
        var reader = new ServerOptionsReader(flags, root.Parse(TouchlineCommand.Normalize(arguments, flags)));
        reader.Read();
        Assert.Equal(["The following flag(s) " + expected], reader.Errors);
    }

    private static (ServerOptions Options, IReadOnlyList<string> Warnings) Read(params string[] arguments)
    {
        var reader = Reader(arguments);
        var options = reader.Read();
        Assert.Empty(reader.Errors);
        return (options, reader.Warnings);
    }

    private static ServerOptionsReader Reader(params string[] arguments)
    {
        var flags = new ServerFlags();
        var root = TouchlineCommand.Create(flags, TextWriter.Null, TextWriter.Null);
        return new ServerOptionsReader(flags, root.Parse(TouchlineCommand.Normalize(arguments, flags)));
    }
}

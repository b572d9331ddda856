using Touchline.Configuration;
using Touchline.Model;
using Touchline.Scraping.Loops;

namespace Touchline.Scraping.Tests.Loops;

public sealed class LoopSettingsTests
{
    [Fact]
    public void Way_of_finding_targets_is_no_setting_of_their_loops()
    {
        var job = new ScrapeConfig { JobName = "j" };
        var found = job with
        {
            StaticConfigs = [new StaticConfig(["a"], Labels.Empty)],
            FileDiscoveryConfigs = [new FileDiscoveryConfig(["f"], 1)],
            HttpDiscoveryConfigs = [new HttpDiscoveryConfig("http://a", 1, new HttpClientConfig())],
            DnsDiscoveryConfigs = [new DnsDiscoveryConfig(["n"], "A", 1, 1)],
            DockerDiscoveryConfigs = [new DockerDiscoveryConfig { Host = "h" }],
            DockerSwarmDiscoveryConfigs = [new DockerSwarmDiscoveryConfig { Host = "h", Role = DockerSwarmRole.Nodes }],
            Ec2DiscoveryConfigs = [new Ec2DiscoveryConfig()],
            ConsulDiscoveryConfigs = [new ConsulDiscoveryConfig { Server = "s" }],
            KubernetesDiscoveryConfigs = [new KubernetesDiscoveryConfig { Role = KubernetesRole.Pod }],
        };

        Assert.Equal(LoopSettings.Of(job), LoopSettings.Of(found));
        Assert.All(
            typeof(ScrapeConfig).GetProperties().Where(property => property.Name.EndsWith("DiscoveryConfigs", StringComparison.Ordinal)),
            property => Assert.NotEmpty((System.Collections.IEnumerable)property.GetValue(found)!));
    }

    [Fact]
    public void Changed_secret_is_a_changed_setting()
    {
        var job = new ScrapeConfig { JobName = "j", Http = new HttpClientConfig { Authorization = new AuthorizationConfig("Bearer", new Secret("a"), null) } };
        Assert.NotEqual(LoopSettings.Of(job), LoopSettings.Of(job with { Http = new HttpClientConfig { Authorization = new AuthorizationConfig("Bearer", new Secret("b"), null) } }));
    }
}

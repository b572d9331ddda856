using Touchline.Scraping.Tests.Support;

namespace Touchline.Differential.Discovery;

/// <summary>The real Prometheus and Touchline ask the same endpoint of EC2, which checks what they sign.</summary>
public sealed class Ec2DiscoveryTests
{
    [Fact]
    public async Task Same_instances_give_the_same_targets()
    {
        await using var server = new FakeTarget();
        var questions = new List<string>();
        FakeEc2.Serve(server, questions);
        var endpoint = $"region: {FakeEc2.Region}, endpoint: 'http://{server.Address}";
        const string Keys = "access_key: AKOWN, secret_key: own/secret+1";

        await DiscoveredTargets.CompareAsync(
            new Dictionary<string, string>
            {
                ["keys"] = $"ec2_sd_configs: [{{ {endpoint}', {Keys} }}]",
                ["role"] = $"ec2_sd_configs: [{{ {endpoint}/behind/', {Keys}, role_arn: 'arn:aws:iam::1:role/reader', port: 9100, filters: [{{ name: 'tag:a', values: [b, 'c d'] }}, {{ name: z, values: ['*+ü'] }}] }}]",
            },
            new Dictionary<string, int> { ["keys"] = 3, ["role"] = 3 });

        // Each asked the same, with its own names of sessions and sizes of pages.
        Assert.All(questions.GroupBy(question => question), group => Assert.True(group.Count() >= 2, group.Key));
        Assert.Equal(9, questions.Distinct().Count());
    }
}

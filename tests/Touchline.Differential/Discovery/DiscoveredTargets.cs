using Touchline.Differential.Api;

namespace Touchline.Differential.Discovery;

/// <summary>What both servers discover with the same configuration.</summary>
internal static class DiscoveredTargets
{
    /// <summary>
    /// Starts both with jobs of this configuration and compares the labels that each found, before relabelling. Nothing is scraped: a step drops all,
    /// so that neither server calls on addresses that the fakes made up.
    /// </summary>
    /// <param name="counts">How many targets each job has, as a check that there was something to compare.</param>
    public static async Task CompareAsync(IReadOnlyDictionary<string, string> jobs, IReadOnlyDictionary<string, int> counts)
    {
        var config = "global: { scrape_interval: 1h }\nscrape_configs:\n" + string.Concat(jobs.Select(job =>
            $"  - job_name: {job.Key}\n    relabel_configs: [{{ action: drop }}]\n    {job.Value}\n"));
        await using var prometheus = await ServerProcess.StartPrometheusAsync(config);
        await using var touchline = await ServerProcess.StartTouchlineAsync(config);
        var expected = await SettledAsync(prometheus, counts);
        var actual = await SettledAsync(touchline, counts);
        Assert.Equal(await CountsAsync(prometheus), await CountsAsync(touchline));
        foreach (var job in jobs.Keys)
        {
            Assert.True(expected[job].SequenceEqual(actual[job]),
                $"{job}\nonly Prometheus:\n{string.Join('\n', expected[job].Except(actual[job]))}\nonly Touchline:\n{string.Join('\n', actual[job].Except(expected[job]))}");
        }
    }

    private static async Task<ILookup<string, string>> SettledAsync(ServerProcess server, IReadOnlyDictionary<string, int> counts)
    {
        for (var attempt = 0; ; attempt++)
        {
            var targets = await ReadAsync(server);
            if (counts.All(count => targets[count.Key].Count() == count.Value))
            {
                return targets;
            }
            Assert.True(attempt < 600, $"{server.Url} found " + string.Join('\n', targets.Select(job => $"{job.Key}: {job.Count()}\n{string.Join('\n', job)}")));
            await Task.Delay(100);
        }
    }

    private static async Task<string> CountsAsync(ServerProcess server) =>
        (await server.DataAsync("/api/v1/targets?state=dropped")).GetProperty("droppedTargetCounts").ToString();

    private static async Task<ILookup<string, string>> ReadAsync(ServerProcess server)
    {
        var data = await server.DataAsync("/api/v1/targets?state=dropped");
        return data.GetProperty("droppedTargets").EnumerateArray()
            .Select(target => string.Join(',', target.GetProperty("discoveredLabels").EnumerateObject()
                .OrderBy(label => label.Name, StringComparer.Ordinal).Select(label => $"{label.Name}={label.Value}")))
            .Order(StringComparer.Ordinal)
            .ToLookup(target => target.Split("job=")[^1].Split(',')[0], StringComparer.Ordinal);
    }
}

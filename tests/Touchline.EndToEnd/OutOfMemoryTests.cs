using System.Globalization;
using Touchline.EndToEnd.Running;

namespace Touchline.EndToEnd;

/// <summary>
/// A process that gets more series than its memory holds is killed by the kernel. Started again with the same memory, it must come up with
/// everything that it had acknowledged: reading the log back may need no more than writing it did.
/// benchmarks/memory does the same with a million series.
/// </summary>
public sealed class OutOfMemoryTests
{
    private const long Room = 240L * 1024 * 1024;
    private const int SeriesPerBatch = 2000;

    /// <summary>More than the limit can hold.</summary>
    private const int MostBatches = 2000;

    private readonly long _now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    [Fact]
    public async Task Server_that_the_kernel_killed_for_its_memory_starts_again_within_it()
    {
        Assert.True(MemoryLimit.TryCreate(Room, out var limit), "this test needs a memory control group that may be written to");
        using var _ = limit;
        using var folder = new TemporaryFolder();
        var config = folder.Write("prometheus.yml", "scrape_configs: []\n");
        int acknowledged;
        await using (var touchline = await StartAsync(limit, folder, config))
        {
            acknowledged = await FillAsync(touchline);
            Assert.Equal(128 + PosixProcess.Kill, await touchline.EndAsync());
            Assert.Equal(1, limit.Kills);
        }
        Assert.InRange(acknowledged, 50, MostBatches - 1);

        await using var next = await StartAsync(limit, folder, config);
        for (var batch = 0; batch < acknowledged; batch++)
        {
            // Asked for in parts: an answer about all series at once would need memory of its own.
            var found = await next.QueryAsync(string.Create(CultureInfo.InvariantCulture, $"sum(grown{{batch=\"{batch}\"}} @ {_now / 1000.0} == bool {batch})"));
            Assert.Equal(SeriesPerBatch, Assert.Single(found).Samples[^1].Value);
        }
        Assert.Equal(0, await next.MetricAsync("touchline_storage_damaged"));
        Assert.Equal(1, limit.Kills);
    }

    private static Task<TouchlineProcess> StartAsync(MemoryLimit limit, TemporaryFolder folder, string config) => TouchlineProcess.StartBehindAsync(
        limit.Command, folder.Path, "--config.file=" + config, "--web.enable-remote-write-receiver", "--collector.host=false", "--collector.containers=false", "--collector.self=false");

    /// <summary>Sends series that nobody had before until nobody answers; answers how many batches were acknowledged.</summary>
    private async Task<int> FillAsync(TouchlineProcess touchline)
    {
        for (var batch = 0; batch < MostBatches; batch++)
        {
            var body = new RemoteWriteBody();
            for (var i = 0; i < SeriesPerBatch; i++)
            {
                body.Add(["__name__", "grown", "batch", $"{batch}", "instance", $"host-{i % 100}:9100", "number", $"{i}"], _now, batch);
            }
            try
            {
                using var answer = await body.SendAsync(touchline.Http);
                Assert.True(answer.IsSuccessStatusCode, $"batch {batch} was answered {(int)answer.StatusCode}");
            }
            catch (HttpRequestException)
            {
                return batch;
            }
        }
        return MostBatches;
    }
}

using System.Diagnostics;

namespace Touchline.EndToEnd.Storage;

public sealed class DiskFullTests
{
    [Fact]
    public async Task A_full_disk_stops_ingestion_only_and_room_brings_it_back()
    {
        using var folder = new TemporaryFolder();
        // A mount namespace of its own takes the small file system away with the process, and needs no rights of root.
        await using var touchline = await TouchlineProcess.StartThroughAsync(
            folder.Path, "unshare",
            [
                .. IsRoot() ? Array.Empty<string>() : ["--map-root-user"], "--mount", "sh", "-c",
                "mkdir disk && mount -t tmpfs -o size=24m tmpfs disk && exec \"$@\"", "sh",
                Executable.Path, "--web.listen-address=127.0.0.1:0", "--storage.tsdb.path=disk/data", "--collector.interval=100ms",
            ]);
        await Patience.UntilAsync("some samples", async () => (await touchline.SamplesAsync("node_load1[1h]")).Count > 5);
        var before = await touchline.SamplesAsync("node_load1[1h]");

        var filler = $"/proc/{touchline.Id}/root{folder.Path}/disk/filler";
        Fill(filler);
        await Patience.UntilAsync("refusal is told in the metrics", async () => (await touchline.GetAsync("/metrics")).Contains("touchline_storage_refusing 1\n"));
        Assert.DoesNotContain("touchline_samples_refused_total{reason=\"storage_unavailable\"} 0\n", await touchline.GetAsync("/metrics"));
        Assert.All(before, sample => Assert.True(touchline.SamplesAsync("node_load1[1h]").Result.ContainsKey(sample.Key)));
        Assert.Contains("<html", await touchline.GetAsync("/status"));
        Assert.Contains("\"health\":\"down\"", await touchline.GetAsync("/api/v1/targets"));
        var newest = (await touchline.SamplesAsync("node_load1[1h]")).Keys.Last();

        File.Delete(filler);
        await Patience.UntilAsync("it takes samples again", async () => (await touchline.SamplesAsync("node_load1[1h]")).Keys.Last() > newest + 500);
        await Patience.UntilAsync("that is told in the metrics", async () => (await touchline.GetAsync("/metrics")).Contains("touchline_storage_refusing 0\n"));
        touchline.Terminate();
        Assert.Equal(0, await touchline.WaitAsync());
    }

    private static bool IsRoot() => Environment.UserName == "root";

    private static void Fill(string path)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var piece = new byte[4096];
        var start = Stopwatch.StartNew();
        try
        {
            while (start.Elapsed < Patience.Limit)
            {
                file.Write(piece);
            }
        }
        catch (IOException)
        {
            return;
        }
        Assert.Fail("the disk does not fill");
    }
}

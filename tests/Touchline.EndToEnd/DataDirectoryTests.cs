using Touchline.EndToEnd.Running;

namespace Touchline.EndToEnd;

/// <summary>Data directories that cannot be used are refused in one line; damaged ones are served as far as they are whole.</summary>
public sealed class DataDirectoryTests
{
    [Fact]
    public async Task Directory_of_a_running_process_is_refused()
    {
        using var folder = new TemporaryFolder();
        await using var first = await TouchlineProcess.StartAsync(folder.Path);

        var second = await RunAsync([], folder);

        AssertRefused(second, folder.File("data"), "in use by another process", $"(pid {first.Id})", "--storage.tsdb.path");
        await first.GetTextAsync("/-/ready");
        await first.KillAsync();
        await using var next = await TouchlineProcess.StartAsync(folder.Path);
        await next.GetTextAsync("/-/ready");
    }

    [Fact]
    public async Task File_in_its_place_is_refused()
    {
        using var folder = new TemporaryFolder();
        folder.Write("data", "not a directory");

        AssertRefused(await RunAsync([], folder), folder.File("data"), "is a file", "--storage.tsdb.path");
    }

    [Fact]
    public async Task Read_only_file_system_is_refused()
    {
        using var folder = new TemporaryFolder();
        using var disk = new SmallDisk(mebibytes: 1);
        disk.MakeReadOnly();

        AssertRefused(await RunAsync([], folder, "--storage.tsdb.path=" + disk.Path), disk.Path, "cannot be written", "Read-only file system");
    }

    [Fact]
    public async Task Directory_of_another_user_is_refused()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("data"), UnixFileMode.UserRead | UnixFileMode.UserExecute);

        // Also root is refused then, once it may no longer overrule permissions.
        var ended = await RunAsync(["setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner", "--inh-caps=-all"], folder);

        AssertRefused(ended, folder.File("data"), "cannot be written", Environment.UserName);
    }

    [Fact]
    public async Task Directory_of_prometheus_is_refused()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("data/chunks_head"));
        Directory.CreateDirectory(folder.File("data/wal"));

        AssertRefused(await RunAsync([], folder), folder.File("data"), "Prometheus");
    }

    [Fact]
    public async Task Corrupt_block_is_named_and_the_rest_is_served()
    {
        using var folder = new TemporaryFolder();
        var data = StoredData.Write(folder.File("data"));
        StoredData.Damage(Path.Combine(data.Blocks[0], "index"), 0.5);

        await using var touchline = await TouchlineProcess.StartAsync(folder.Path);

        await AssertNamedAsync(touchline, data.Blocks[0]);
        var times = await TimesAsync(touchline);
        Assert.Equal(data.StartMs + (2 * 3_600_000), times[0]);
        Assert.Equal(data.EndMs, times[^1]);
        Assert.True(Directory.Exists(data.Blocks[0]), "a damaged block stays for whoever can repair it");
    }

    [Fact]
    public async Task Corrupt_chunks_are_named_when_they_are_read_and_the_rest_is_served()
    {
        using var folder = new TemporaryFolder();
        var data = StoredData.Write(folder.File("data"));
        StoredData.Damage(Path.Combine(data.Blocks[1], "chunks"), 0.25);

        await using var touchline = await TouchlineProcess.StartAsync(folder.Path);
        var times = await TimesAsync(touchline);

        await AssertNamedAsync(touchline, data.Blocks[1]);
        Assert.Equal(data.StartMs, times[0]);
        Assert.Equal(data.EndMs, times[^1]);
    }

    [Fact]
    public async Task Corrupt_log_is_named_and_the_rest_is_served()
    {
        using var folder = new TemporaryFolder();
        var data = StoredData.Write(folder.File("data"));
        // Asked for once: the running program writes a segment of its own, which is then the last.
        var segment = data.LastSegment;
        StoredData.Damage(segment, 0.5);

        await using var touchline = await TouchlineProcess.StartAsync(folder.Path);

        await AssertNamedAsync(touchline, segment);
        var times = await TimesAsync(touchline);
        Assert.Equal(data.StartMs, times[0]);
        Assert.Equal(data.EndMs, times[^1]);
        var whole = ((data.EndMs - data.StartMs) / 60_000) + 1;
        Assert.True(times.Count < whole, "something must be missing");
        Assert.True(times.Count >= whole - 2, $"only {times.Count} of {whole} samples are left");
    }

    [Fact]
    public async Task Torn_tail_of_the_log_is_repaired_without_a_word_of_damage()
    {
        using var folder = new TemporaryFolder();
        var data = StoredData.Write(folder.File("data"));
        using (var segment = new FileStream(data.LastSegment, FileMode.Open))
        {
            segment.SetLength(segment.Length - 5);
        }

        await using var touchline = await TouchlineProcess.StartAsync(folder.Path);

        Assert.Equal(0, await touchline.MetricAsync("touchline_storage_damaged"));
        Assert.Contains(touchline.Log.All, line => line.Contains("were cut off", StringComparison.Ordinal));
        Assert.Equal(data.EndMs - 60_000, (await TimesAsync(touchline))[^1]);
    }

    private static Task<EndedRun> RunAsync(string[] command, TemporaryFolder folder, params string[] arguments) =>
        TouchlineProgram.RunBehindAsync(command, folder.Path, ["--web.listen-address=127.0.0.1:0", .. arguments]);

    private static void AssertRefused(EndedRun ended, params string[] words)
    {
        Assert.Equal(1, ended.ExitCode);
        Assert.Empty(ended.Output);
        var line = Assert.Single(ended.Errors);
        Assert.StartsWith("touchline: ", line, StringComparison.Ordinal);
        Assert.All(words, word => Assert.Contains(word, line, StringComparison.Ordinal));
    }

    private static async Task AssertNamedAsync(TouchlineProcess touchline, string path)
    {
        Assert.True(await touchline.MetricAsync("touchline_storage_damaged") >= 1);
        Assert.True(
            touchline.Log.All.Any(line => line.Contains("level=ERROR", StringComparison.Ordinal) && line.Contains("damaged", StringComparison.Ordinal)
                && line.Contains(path, StringComparison.Ordinal)),
            $"no line of the log names {path}:\n{touchline.Log.Text}");
        Assert.Contains(Path.GetFileName(path), await touchline.GetTextAsync("/status"), StringComparison.Ordinal);
        Assert.True((await touchline.GetDataAsync("/api/v1/status/runtimeinfo")).GetProperty("corruptionCount").GetInt32() >= 1);
    }

    /// <summary>The times of the first series' samples, whose values are checked.</summary>
    private static async Task<IReadOnlyList<long>> TimesAsync(TouchlineProcess touchline)
    {
        var series = Assert.Single(await touchline.QueryAsync("stored{series=\"0\"}[1d]"));
        Assert.All(series.Samples, sample => Assert.Equal(sample.Time / 60, sample.Value));
        return [.. series.Samples.Select(s => (long)(s.Time * 1000))];
    }
}

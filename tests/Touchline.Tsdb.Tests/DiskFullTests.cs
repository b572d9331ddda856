using System.Diagnostics;
using Touchline.Storage;
using static Touchline.Tsdb.Tests.TestStore;

namespace Touchline.Tsdb.Tests;

public sealed class DiskFullTests
{
    private const long Step = 15_000;
    private const int Series = 50;

    [Fact]
    public void Full_disk_refuses_samples_keeps_queries_and_recovers_by_itself()
    {
        using var disk = new SmallDisk(4096);
        using var store = OpenOn(disk);
        store.Fill(Series, T0, T0 + (20 * Step), Step);
        disk.FillUpTo(16 * 1024);

        var end = FillUntilRefused(store, T0 + (20 * Step));
        var status = store.Tsdb.Status();
        Assert.Contains("No space left", status.RefusingBecause);
        Assert.Equal(Series, status.SamplesRefused["storage_unavailable"]);
        store.AssertFilled(Series, T0, end, Step);

        // Cheaply refused from now on, at the first sample already; the batch that failed can be repeated once there is room.
        using (var appender = store.Tsdb.OpenAppender())
        {
            var series = default(SeriesRef);
            Assert.Equal(AppendStatus.StorageUnavailable, appender.Append(ref series, SeriesLabels("m", 0), end, 1));
        }
        store.AssertFilled(Series, T0, end, Step);

        disk.MakeRoom();
        WaitUntilAccepted(store);
        store.Fill(Series, end, end + (100 * Step), Step);
        store.AssertFilled(Series, T0, end + (100 * Step), Step);
        store.Reopen();
        store.AssertFilled(Series, T0, end + (100 * Step), Step);
        Assert.Empty(store.Tsdb.Status().Damage);
        Assert.Empty(store.Tsdb.Status().Repairs);
    }

    [Fact]
    public void Half_a_record_left_by_a_full_disk_and_a_crash_is_cut_off_at_start()
    {
        using var disk = new SmallDisk(4096);
        using var store = OpenOn(disk);
        store.Fill(Series, T0, T0 + (20 * Step), Step);
        disk.FillUpTo(16 * 1024);
        var end = FillUntilRefused(store, T0 + (20 * Step));
        // The disk stays full over the restart: what is stored can be queried, nothing new is taken.
        store.Reopen();
        Assert.Empty(store.Tsdb.Status().Damage);
        store.AssertFilled(Series, T0, end, Step);
        if (store.Tsdb.Status().RefusingBecause is not null)
        {
            disk.MakeRoom();
            WaitUntilAccepted(store);
        }
        disk.MakeRoom();
        store.Fill(Series, end, end + (10 * Step), Step);
        store.Reopen();
        store.AssertFilled(Series, T0, end + (10 * Step), Step);
    }

    [Fact]
    public void Store_opens_on_a_full_disk_and_takes_samples_once_there_is_room()
    {
        using var disk = new SmallDisk(4096);
        using var store = OpenOn(disk);
        store.Fill(Series, T0, T0 + (20 * Step), Step);
        store.Reopen(() => disk.FillUpTo(0));
        Assert.Contains("No space left", store.Tsdb.Status().RefusingBecause);
        store.AssertFilled(Series, T0, T0 + (20 * Step), Step);
        disk.MakeRoom();
        WaitUntilAccepted(store);
        store.Fill(Series, T0 + (20 * Step), T0 + (30 * Step), Step);
        store.Reopen();
        store.AssertFilled(Series, T0, T0 + (30 * Step), Step);
    }

    [Fact]
    public void Block_that_finds_no_room_stays_in_the_head_and_is_cut_when_there_is()
    {
        using var disk = new SmallDisk(8192);
        using var store = OpenOn(disk);
        store.Fill(Series, T0, T0 + (4 * Hour), Step);
        // Room grows page by page, so that every write of block and checkpoint is the one that fails at some point.
        var failures = 0;
        for (var free = 0; free < 2_000_000; free += 12 * 1024)
        {
            disk.FillUpTo(free);
            store.Tsdb.RunMaintenance();
            store.AssertFilled(Series, T0, T0 + (4 * Hour), Step);
            Assert.Empty(Directory.GetDirectories(store.BlocksDirectory, "*.tmp"));
            if (store.Tsdb.Status().MaintenanceFailure is null)
            {
                break;
            }
            Assert.Contains("No space left", store.Tsdb.Status().MaintenanceFailure);
            failures++;
        }
        Assert.True(failures > 3);
        Assert.Null(store.Tsdb.Status().MaintenanceFailure);
        Assert.Single(store.Tsdb.Status().Blocks);
        Assert.Single(Directory.GetFiles(store.WalDirectory, "*.checkpoint"));
        disk.MakeRoom();
        store.Reopen();
        store.AssertFilled(Series, T0, T0 + (4 * Hour), Step);
    }

    private static TestStore OpenOn(SmallDisk disk) =>
        new(options => options.FsyncIntervalMs = 10, Path.Combine(disk.Path, "data"));

    /// <summary>Appends until a commit fails, and answers the first time that is not stored.</summary>
    private static long FillUntilRefused(TestStore store, long time)
    {
        using var appender = store.Tsdb.OpenAppender();
        for (; time < T0 + Hour; time += Step)
        {
            for (var i = 0; i < Series; i++)
            {
                var series = default(SeriesRef);
                Assert.Equal(AppendStatus.Stored, appender.Append(ref series, SeriesLabels("m", i), time, ValueAt(i, time)));
            }
            if (appender.Commit() == CommitStatus.StorageUnavailable)
            {
                return time;
            }
        }
        Assert.Fail("the disk did not fill up");
        return 0;
    }

    private static void WaitUntilAccepted(TestStore store)
    {
        var waited = Stopwatch.StartNew();
        while (store.Tsdb.Status().RefusingBecause is { } reason)
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(30), $"still refusing: {reason}");
            Thread.Sleep(5);
        }
    }
}

using System.Diagnostics;
using Touchline.Model;
using Touchline.Storage;
using static Touchline.Tsdb.Tests.TestStore;

namespace Touchline.Tsdb.Tests.Faults;

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
        // As if it had been killed before it came to the end of its predecessor's segment, which is torn: its own segment says that another process began.
        store.Reopen(() => File.AppendAllText(Path.Combine(store.WalDirectory, "00000001.wal"), "torn"));
        Assert.Empty(store.Tsdb.Status().Damage);
        Assert.Contains("cut off", Assert.Single(store.Tsdb.Status().Repairs));
        store.AssertFilled(Series, T0, T0 + (30 * Step), Step);
    }

    [Fact]
    public void Block_that_finds_no_room_stays_in_the_head_and_is_cut_when_there_is()
    {
        using var disk = new SmallDisk(8192);
        using var store = OpenOn(disk);
        store.Fill(Series, T0, T0 + (4 * Hour), Step);
        Assert.True(TryWithGrowingRoom(disk, store, () => store.AssertFilled(Series, T0, T0 + (4 * Hour), Step), store.Tsdb.RunMaintenance) > 3);
        Assert.Null(store.Tsdb.Status().MaintenanceFailure);
        Assert.Single(store.Tsdb.Status().Blocks);
        Assert.Single(Directory.GetFiles(store.WalDirectory, "*.checkpoint"));
        disk.MakeRoom();
        store.Reopen();
        store.AssertFilled(Series, T0, T0 + (4 * Hour), Step);
    }

    [Fact]
    public void Compaction_that_finds_no_room_leaves_the_blocks_as_they_are_and_is_done_when_there_is()
    {
        using var disk = new SmallDisk(8192);
        using var store = OpenOn(disk);
        const int series = 300;
        store.Fill(series, T0, T0 + (9 * Hour), 4 * Step);
        store.Tsdb.RunMaintenance();
        var before = store.Tsdb.Status().Blocks.Count;
        Assert.True(before > 2);
        var failures = TryWithGrowingRoom(
            disk, store, () => store.AssertFilled(series, T0, T0 + (9 * Hour), 4 * Step), store.Tsdb.RunCompaction);
        Assert.True(failures > 2, $"only {failures} attempts failed");
        Assert.True(store.Tsdb.Status().Blocks.Count < before);
        disk.MakeRoom();
        store.Reopen();
        store.AssertFilled(series, T0, T0 + (9 * Hour), 4 * Step);
    }

    [Fact]
    public void Late_samples_that_find_no_room_stay_in_memory_and_the_log_and_become_blocks_when_there_is()
    {
        using var disk = new SmallDisk(8192);
        using var store = new TestStore(
            options => (options.FsyncIntervalMs, options.OutOfOrderTimeWindowMs) = (10, 12 * Hour), Path.Combine(disk.Path, "data"));
        store.Fill(Series, T0, T0 + (2 * Hour), 2 * Step);
        store.Fill(Series, T0 + (2 * Hour), T0 + (4 * Hour), Step);
        store.Tsdb.RunMaintenance();
        Assert.Single(store.Tsdb.Status().Blocks);
        // Between the samples of the block that was cut, and of the one that is cut next.
        store.Fill(Series, T0 + Step, T0 + (2 * Hour), 2 * Step);
        store.Fill(Series, T0 + (4 * Hour), T0 + (5 * Hour), 2 * Step);
        store.Fill(Series, T0 + (5 * Hour), T0 + (7 * Hour) + Step, Step);
        store.Fill(Series, T0 + (4 * Hour) + Step, T0 + (5 * Hour), 2 * Step);
        void AssertWhole()
        {
            store.AssertFilled(Series, T0, T0 + (7 * Hour) + Step, Step);
            Assert.Empty(Directory.GetFiles(store.WalDirectory, "*.tmp"));
        }
        Assert.True(TryWithGrowingRoom(disk, store, AssertWhole, store.Tsdb.RunMaintenance) > 5);
        Assert.Equal(4, store.Tsdb.Status().Blocks.Count);
        Assert.Equal(0, store.Tsdb.Status().OutOfOrder.Bytes);
        Assert.True(TryWithGrowingRoom(disk, store, AssertWhole, store.Tsdb.RunCompaction) > 2);
        Assert.True(store.Tsdb.Status().Blocks.Count < 4);
        disk.MakeRoom();
        store.Reopen();
        AssertWhole();
        Assert.Empty(store.Tsdb.Status().Damage);
    }

    [Fact]
    public void Late_samples_that_found_no_room_survive_a_crash_on_the_full_disk()
    {
        using var disk = new SmallDisk(8192);
        using var store = new TestStore(
            options => (options.FsyncIntervalMs, options.OutOfOrderTimeWindowMs) = (10, 12 * Hour), Path.Combine(disk.Path, "data"));
        store.Fill(Series, T0, T0 + (2 * Hour), 2 * Step);
        store.Fill(Series, T0 + (2 * Hour), T0 + (5 * Hour), Step);
        store.Fill(Series, T0 + Step, T0 + (2 * Hour), 2 * Step);
        disk.FillUpTo(16 * 1024);
        store.Tsdb.RunMaintenance();
        Assert.Contains("No space left", store.Tsdb.Status().MaintenanceFailure);
        // As the disk looks at this moment, to a process that knows nothing of this one.
        using var copy = new TestStore(options => options.OutOfOrderTimeWindowMs = 12 * Hour, Copied(store.Options.Path, disk));
        copy.AssertFilled(Series, T0, T0 + (5 * Hour), Step);
        store.AssertFilled(Series, T0, T0 + (5 * Hour), Step);
    }

    [Fact]
    public void Deletion_that_finds_no_room_says_so_deletes_nothing_by_halves_and_can_be_repeated()
    {
        using var disk = new SmallDisk(8192);
        using var store = OpenOn(disk);
        store.Fill(Series, T0, T0 + (4 * Hour), Step);
        store.Tsdb.RunMaintenance();
        LabelMatcher[] seven = [new(Model.MatchType.Equal, "i", "7")];
        disk.FillUpTo(0);
        Assert.Contains("No space left", Assert.ThrowsAny<IOException>(() => store.Tsdb.DeleteSeries(seven, T0, T0 + (4 * Hour), default)).Message);
        AssertOthersWhole();
        disk.MakeRoom();
        WaitUntilAccepted(store);
        store.Tsdb.DeleteSeries(seven, T0, T0 + (4 * Hour), default);
        Assert.Equal(0, CountOf("7"));

        // Writing the block anew takes room too, and what was deleted stays deleted whether it succeeds or not.
        disk.FillUpTo(8 * 1024);
        Assert.ThrowsAny<IOException>(() => store.Tsdb.CleanTombstones(default));
        Assert.Equal(0, CountOf("7"));
        AssertOthersWhole();
        disk.MakeRoom();
        store.Tsdb.CleanTombstones(default);
        Assert.Empty(Directory.GetFiles(store.BlocksDirectory, "tombstones", SearchOption.AllDirectories));
        store.Reopen();
        Assert.Equal(0, CountOf("7"));
        AssertOthersWhole();

        void AssertOthersWhole() =>
            Assert.All(Enumerable.Range(0, Series).Where(i => i != 7), i => Assert.Equal(4 * Hour / Step, CountOf($"{i}")));

        long CountOf(string i)
        {
            using var querier = store.Tsdb.OpenQuerier(long.MinValue, long.MaxValue);
            var rows = new SampleColumns();
            foreach (var series in querier.Select([new LabelMatcher(Model.MatchType.Equal, "i", i)], true, default))
            {
                series.Read(long.MinValue, long.MaxValue, rows);
            }
            Assert.Empty(querier.Warnings);
            return rows.Count;
        }
    }

    [Fact]
    public void Retention_makes_room_on_a_full_disk()
    {
        using var disk = new SmallDisk(8192);
        using var store = OpenOn(disk);
        store.Fill(Series, T0, T0 + (9 * Hour), Step);
        store.Tsdb.RunMaintenance();
        var oldest = store.Tsdb.Status().Blocks.Min(block => block.MinTimeMs);
        store.Options.RetentionTimeMs = 6 * Hour;
        store.Reopen(() => disk.FillUpTo(0));
        store.Tsdb.RunMaintenance();
        Assert.DoesNotContain(store.Tsdb.Status().Blocks, block => block.MinTimeMs == oldest);
        Assert.True(disk.Free > 0);
        store.AssertFilled(Series, T0 + (2 * Hour), T0 + (9 * Hour), Step);
    }

    [Fact]
    public void Snapshot_that_finds_no_room_leaves_nothing_of_itself_and_is_whole_when_there_is()
    {
        using var disk = new SmallDisk(8192);
        using var store = OpenOn(disk);
        store.Fill(Series, T0, T0 + (7 * Hour), Step);
        store.Tsdb.RunMaintenance();
        var snapshots = Directory.CreateDirectory(Path.Combine(store.Options.Path, "snapshots")).FullName;
        string? name = null;
        var failures = 0;
        for (var free = 0; name is null; free += 4096, failures++)
        {
            Assert.True(free < 4_000_000, "it never succeeded");
            disk.FillUpTo(free);
            try
            {
                name = store.Tsdb.Snapshot(skipHead: false, default);
            }
            catch (IOException e)
            {
                Assert.Contains("No space left", e.Message, StringComparison.Ordinal);
                Assert.Empty(Directory.GetFileSystemEntries(snapshots));
            }
        }
        Assert.True(failures > 5, $"only {failures} attempts failed");
        disk.MakeRoom();
        using var copy = new TestStore(directory: Path.Combine(snapshots, name));
        copy.AssertFilled(Series, T0, T0 + (7 * Hour), Step);
        Assert.Empty(copy.Tsdb.Status().Damage);
        store.AssertFilled(Series, T0, T0 + (7 * Hour), Step);
    }

    [Fact]
    public void Head_that_finds_no_room_to_be_sealed_stays_in_the_log_as_a_whole()
    {
        using var disk = new SmallDisk(8192);
        using var store = new TestStore(
            options => (options.FsyncIntervalMs, options.SealHeadFromLogBytes) = (10, 1), Path.Combine(disk.Path, "data"));
        store.Fill(Series, T0, T0 + (3 * Hour), Step);
        var (isSealed, failures) = (false, 0);
        for (var free = 0; !isSealed; free += 4096, failures++)
        {
            Assert.True(free < 4_000_000, "it never succeeded");
            disk.FillUpTo(free);
            store.Reopen(() =>
            {
                var blocks = Directory.GetDirectories(store.BlocksDirectory);
                isSealed = blocks.Length > 0;
                Assert.True(blocks.Length is 0 or 2, string.Join(", ", blocks));
                Assert.DoesNotContain(blocks, block => !Tsdb.Blocks.Ulid.IsValid(Path.GetFileName(block)));
                disk.MakeRoom();
            });
            Assert.Empty(store.Tsdb.Status().Damage);
            Assert.Equal(isSealed ? 0 : Series, store.Tsdb.Status().HeadSeries);
            store.AssertFilled(Series, T0, T0 + (3 * Hour), Step);
        }
        Assert.True(failures > 5, $"only {failures} attempts failed");
    }

    /// <summary>Does something while the room grows page by page, so that each of its writes is the one that fails at some point. Answers how often it failed.</summary>
    private static int TryWithGrowingRoom(SmallDisk disk, TestStore store, Action assertFilled, Action action)
    {
        for (var (free, failures) = (0, 0); free < 4_000_000; free += 4096, failures++)
        {
            disk.FillUpTo(free);
            action();
            assertFilled();
            Assert.Empty(Directory.GetDirectories(store.BlocksDirectory, "*.tmp"));
            if (store.Tsdb.Status().MaintenanceFailure is not { } failure)
            {
                return failures;
            }
            Assert.Contains("No space left", failure);
        }
        Assert.Fail("it never succeeded");
        return 0;
    }

    private static string Copied(string data, SmallDisk disk)
    {
        disk.MakeRoom();
        var copy = Path.Combine(disk.Path, "copy");
        foreach (var file in Directory.EnumerateFiles(data, "*", SearchOption.AllDirectories).Where(file => !Path.GetFileName(file).StartsWith("lock", StringComparison.Ordinal)))
        {
            var to = Path.Combine(copy, Path.GetRelativePath(data, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }
        return copy;
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

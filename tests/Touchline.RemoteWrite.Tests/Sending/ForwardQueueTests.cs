using Microsoft.Extensions.Logging.Abstractions;
using Touchline.Model;
using Touchline.RemoteWrite.Sending;
using Touchline.RemoteWrite.Sending.Queueing;
using Touchline.RemoteWrite.Series;
using Touchline.Storage;

namespace Touchline.RemoteWrite.Tests.Sending;

public sealed class ForwardQueueTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_read_is_what_was_queued()
    {
        using var queue = Open();
        using var reader = queue.OpenReader(queue.End);
        var a = queue.Book.Get(new SeriesRef(1), Labels.Of("__name__", "a", "x", "é"));
        var batch = new BatchBody();
        batch.AddSample(a, 1000, 1.5);
        batch.AddSample(a, -5, StaleMarker.Value);
        batch.AddExemplar(a, new Exemplar(Labels.Of("trace_id", "t"), 2, 999));
        batch.AddCreated(a, 77);
        Assert.True(queue.TryAppend(batch));

        Assert.Equal(
            ["1=a{x=\"é\"}", "created 1 77", "1 1000 3ff8000000000000", "1 -5 7ff0000000000002", "exemplar 1 {trace_id=\"t\"} 2@999"],
            ReadAll(reader));
    }

    [Fact]
    public void Every_file_says_which_labels_its_series_have()
    {
        using var queue = Open(segmentBytes: 200);
        for (var i = 0; i < 30; i++)
        {
            Append(queue, i);
        }
        Assert.True(Files.Length > 2, $"{Files.Length} files");

        // The second file alone.
        using var reader = queue.OpenReader(new QueuePosition(2, 0));
        Assert.Contains("=m{", ReadAll(reader)[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Reader_goes_on_behind_a_position_and_knows_the_series_before_it()
    {
        QueuePosition middle;
        using (var queue = Open())
        {
            Append(queue, 1);
            middle = queue.End;
            Append(queue, 2);
        }
        using var again = Open();
        using var reader = again.OpenReader(middle);
        Append(again, 3);

        Assert.Equal(["1=m{x=\"1\"}", "1 2 4000000000000000", "1=m{x=\"1\"}", "1 3 4008000000000000"], ReadAll(reader));
    }

    [Fact]
    public void File_that_was_cut_off_by_a_crash_is_read_as_far_as_it_goes()
    {
        using (var queue = Open())
        {
            Append(queue, 1);
            Append(queue, 2);
        }
        var file = Files[0];
        File.WriteAllBytes(file, File.ReadAllBytes(file)[..^3]);
        using var again = Open();
        using var reader = again.OpenReader(default);
        Append(again, 3);

        Assert.Equal(["1=m{x=\"1\"}", "1 1 3ff0000000000000", "1=m{x=\"1\"}", "1 3 4008000000000000"], ReadAll(reader));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(10)]
    [InlineData(17)]
    [InlineData(40)]
    public void Damage_costs_the_rest_of_its_file_and_no_more(int at)
    {
        using (var queue = Open())
        {
            Append(queue, 1);
            Append(queue, 2);
        }
        var bytes = File.ReadAllBytes(Files[0]);
        bytes[at] ^= 0x55;
        File.WriteAllBytes(Files[0], bytes);
        using var again = Open();
        using var reader = again.OpenReader(default);
        Append(again, 3);

        Assert.Equal(["1=m{x=\"1\"}", "1 3 4008000000000000"], ReadAll(reader).TakeLast(2));
    }

    [Fact]
    public void Files_are_deleted_when_every_reader_has_done_with_them()
    {
        using var queue = Open(segmentBytes: 200);
        using var one = queue.OpenReader(default);
        using var two = queue.OpenReader(default);
        for (var i = 0; i < 30; i++)
        {
            Append(queue, i);
        }
        var all = Files.Length;
        one.Acknowledged = queue.End;
        queue.Trim();
        Assert.Equal(all, Files.Length);
        two.Acknowledged = queue.End;
        queue.Trim();
        Assert.Single(Files);
    }

    [Fact]
    public void Oldest_files_go_where_there_are_too_many_bytes()
    {
        using var queue = Open(segmentBytes: 200, maxBytes: 1000);
        using var late = queue.OpenReader(default);
        using var quick = queue.OpenReader(default);
        for (var i = 0; i < 100; i++)
        {
            Append(queue, i);
            Samples(quick);
        }
        queue.Trim();

        Assert.InRange(queue.Bytes, 1, 1000);
        Assert.Equal(0, quick.Dropped);
        Assert.Equal(100, late.Dropped + Samples(late));
    }

    [Fact]
    public void File_that_is_being_read_can_be_deleted()
    {
        using var queue = Open(segmentBytes: 200, maxBytes: 300);
        using var reader = queue.OpenReader(default);
        Append(queue, 0);
        Assert.True(reader.TryRead(out _, out _, out _));
        for (var i = 1; i < 100; i++)
        {
            Append(queue, i);
        }
        queue.Trim();

        Assert.Equal(100, 1 + Samples(reader) + reader.Dropped);
    }

    [Fact]
    public void Two_processes_do_not_share_a_queue()
    {
        using var queue = Open();
        Assert.Throws<IOException>(() => Open());
    }

    [Fact]
    public void Number_of_a_file_that_was_lost_does_not_come_again()
    {
        using var queue = new ForwardQueue(Options(), behind: 7, NullLogger.Instance);
        using var reader = queue.OpenReader(new QueuePosition(7, 1_000_000));
        Append(queue, 1);

        Assert.Equal(1, Samples(reader));
    }

    [Fact]
    public void Series_that_are_gone_are_forgotten()
    {
        using var queue = Open(segmentBytes: 200);
        for (var i = 0; i < 1000; i++)
        {
            var batch = new BatchBody();
            batch.AddSample(queue.Book.Get(new SeriesRef((ulong)i + 1), Labels.Of("__name__", "m", "x", $"{i}")), i, i);
            queue.TryAppend(batch);
        }
        Assert.InRange(queue.Book.Count, 1, 500);
        Assert.Null(queue.Book.Find(new SeriesRef(1)));
        Assert.NotNull(queue.Book.Find(new SeriesRef(1000)));
    }

    private string[] Files => [.. Directory.GetFiles(_folder.Path, "*.queue").Order(StringComparer.Ordinal)];

    private SendingOptions Options(long segmentBytes = 1 << 20, long maxBytes = 1 << 30) =>
        new() { Directory = _folder.Path, SegmentBytes = segmentBytes, MaxQueueBytes = maxBytes };

    private ForwardQueue Open(long segmentBytes = 1 << 20, long maxBytes = 1 << 30) => new(Options(segmentBytes, maxBytes), 0, NullLogger.Instance);

    private static void Append(ForwardQueue queue, int i)
    {
        var batch = new BatchBody();
        batch.AddSample(queue.Book.Get(new SeriesRef(1), Labels.Of("__name__", "m", "x", "1")), i, i);
        Assert.True(queue.TryAppend(batch));
    }

    private static int Samples(QueueReader reader) => ReadAll(reader).Count(line => !line.Contains('=', StringComparison.Ordinal));

    private static List<string> ReadAll(QueueReader reader)
    {
        var lines = new Lines();
        while (reader.TryRead(out var payload, out var isDone, out _))
        {
            lines.IsDone = isDone;
            QueueRecord.Read(payload.Span, lines, new TextCache());
        }
        return lines.All;
    }

    private sealed class Lines : IQueueVisitor
    {
        public List<string> All { get; } = [];

        public bool IsDone { get; set; }

        public void Series(uint id, Labels labels, long createdMs) => All.Add($"{id}={labels}");

        public void Created(uint series, long createdMs) => All.Add($"created {series} {createdMs}");

        public void Sample(uint series, long timestampMs, double value)
        {
            if (!IsDone)
            {
                All.Add($"{series} {timestampMs} {BitConverter.DoubleToUInt64Bits(value):x16}");
            }
        }

        public void Histogram(uint series, long timestampMs, bool hasCustomBuckets, ReadOnlySpan<byte> message) => All.Add($"{series} {timestampMs}");

        public void Exemplar(uint series, Exemplar exemplar) => All.Add($"exemplar {series} {exemplar.Labels} {exemplar.Value}@{exemplar.TimestampMs}");
    }
}

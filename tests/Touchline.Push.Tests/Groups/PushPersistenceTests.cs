using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Touchline.Model;
using Touchline.Push.Groups;
using Touchline.Scraping.Families;

namespace Touchline.Push.Tests.Groups;

public sealed class PushPersistenceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("touchline-push-").FullName;
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeSeconds(1_000));

    private string Path => System.IO.Path.Combine(_folder, "pushed.json");

    private PushOptions Options => new() { PersistenceFile = Path };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_was_pushed_is_there_after_a_restart()
    {
        const string Body = """
            # HELP x a "help" with \\ and \n
            # TYPE x counter
            x{a="é"} 1e300
            # TYPE h histogram
            h_bucket{le="0.1"} 1
            h_bucket{le="+Inf"} 2
            h_sum 0.30000000000000004
            h_count 2
            # TYPE s summary
            s{quantile="0.5"} NaN
            s_sum -Inf
            s_count 0

            """;
        var before = new PushGroups(Options, _time);
        await using (var persistence = New(before))
        {
            persistence.Start();
            Push(before, "job/a/instance/", Body);
        }
        var after = new PushGroups(Options, _time);
        await using (var persistence = New(after))
        {
            persistence.Start();
            Assert.Equal(Text(before), Text(after));
            Assert.Equal(before.SeriesCount, after.SeriesCount);
            Assert.Contains("x|a \"help\" with \\ and \n|Counter|a=é;instance=;job=a||1E+300", Text(after), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Native_buckets_are_there_after_a_restart()
    {
        var native = new NativeHistogram
        {
            Schema = 3,
            ZeroThreshold = 0.001,
            ZeroCount = 1,
            Count = 7,
            Sum = 8.5,
            PositiveSpans = [new(-2, 2), new(3, 1)],
            PositiveBuckets = [1, 2, 2],
            NegativeSpans = [new(0, 1)],
            NegativeBuckets = [1],
        };
        var family = new MetricFamily("h") { Type = MetricType.Histogram };
        family.Metrics.Add(new FamilyMetric { Native = native, Count = 7, Sum = 8.5 });
        var before = new PushGroups(Options, _time);
        await using (var persistence = New(before))
        {
            persistence.Start();
            Assert.True(GroupingKey.TryParse("job/a", out var key, out _));
            Assert.Equal("", before.Push(key!, [family], replace: true));
        }
        var read = Read();
        var kept = read.Families().Single(f => f.Name == "h").Metrics[0].Native!;
        Assert.Equal(native with { PositiveSpans = [], PositiveBuckets = [], NegativeSpans = [], NegativeBuckets = [] }, kept with { PositiveSpans = [], PositiveBuckets = [], NegativeSpans = [], NegativeBuckets = [] });
        Assert.Equal(native.PositiveSpans, kept.PositiveSpans);
        Assert.Equal(native.PositiveBuckets, kept.PositiveBuckets);
        Assert.Equal(native.NegativeSpans, kept.NegativeSpans);
        Assert.Equal(native.NegativeBuckets, kept.NegativeBuckets);
        Assert.Equal(before.Snapshot()[0].TextLength, read.Snapshot()[0].TextLength);
    }

    [Theory]
    [InlineData("{\"positiveSpans\":[[0]],\"positiveCounts\":[1],\"negativeSpans\":[],\"negativeCounts\":[]}")]
    [InlineData("{\"positiveSpans\":[[0,5]],\"positiveCounts\":[1],\"negativeSpans\":[],\"negativeCounts\":[]}")]
    [InlineData("{}")]
    public async Task Native_buckets_that_are_none_make_a_damaged_file(string native)
    {
        await File.WriteAllTextAsync(Path, "{\"version\":1,\"groups\":[{\"labels\":{},\"families\":[{\"name\":\"h\",\"type\":\"Histogram\",\"time\":\"2026-01-01T00:00:00+00:00\","
            + "\"metrics\":[{\"labels\":{},\"count\":1,\"sum\":1,\"native\":" + native + "}]}]}]}");
        Assert.Throws<InvalidDataException>(Read);
    }

    [Fact]
    public async Task File_that_cannot_be_read_is_set_aside_and_not_written_over()
    {
        await File.WriteAllTextAsync(Path, "what somebody may still want");
        var groups = new PushGroups(Options, _time);
        await using (var persistence = New(groups))
        {
            // Whoever holds the file like that lets nobody else read it.
            await using (new FileStream(Path, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
            {
                persistence.Start();
            }
            Push(groups, "job/a", "x 1\n");
        }
        Assert.Equal("what somebody may still want", await File.ReadAllTextAsync(Path + ".damaged"));
        Assert.Contains("\"x\"", await File.ReadAllTextAsync(Path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Changes_are_written_while_it_runs()
    {
        var groups = new PushGroups(Options, _time);
        await using var persistence = New(groups);
        persistence.Start();
        Push(groups, "job/a", "x 1\n");
        // The loop waits for the clock; how soon it has begun to is not known.
        while (!File.Exists(Path))
        {
            _time.Advance(TimeSpan.FromSeconds(5));
            await Task.Delay(5);
        }
        Assert.Equal(Text(groups), Text(Read()));
    }

    [Fact]
    public async Task A_damaged_file_is_set_aside_and_said()
    {
        await File.WriteAllTextAsync(Path, "{\"version\":1,\"groups\":[{\"labels\":{}");
        var groups = new PushGroups(Options, _time);
        await using (var persistence = New(groups))
        {
            persistence.Start();
            Assert.Empty(groups.Snapshot());
            Assert.True(File.Exists(Path + ".damaged"));
            Push(groups, "job/a", "x 1\n");
        }
        Assert.Single(Read().Snapshot());
    }

    [Fact]
    public async Task A_file_that_cannot_be_written_hinders_nobody()
    {
        var options = new PushOptions { PersistenceFile = System.IO.Path.Combine(_folder, "missing", "pushed.json") };
        var groups = new PushGroups(options, _time);
        var persistence = new PushPersistence(groups, options, _time, NullLogger<PushPersistence>.Instance);
        persistence.Start();
        Push(groups, "job/a", "x 1\n");
        await persistence.DisposeAsync();
        Assert.Equal(1, persistence.Failures);
    }

    private PushGroups Read()
    {
        var groups = new PushGroups(Options, _time);
        groups.Restore(PushedFile.Read(Path));
        return groups;
    }

    private PushPersistence New(PushGroups groups) => new(groups, Options, _time, NullLogger<PushPersistence>.Instance);

    private static void Push(PushGroups groups, string path, string body)
    {
        Assert.True(GroupingKey.TryParse(path, out var key, out _));
        Assert.Equal("", groups.Push(key!, FamilyTextParser.Parse(Encoding.UTF8.GetBytes(body)), replace: true));
    }

    private static string Text(PushGroups groups) => string.Join("\n", groups.Families().SelectMany(f => f.Metrics.Select(m =>
        $"{f.Name}|{f.Help}|{f.Type}|{string.Join(';', m.Labels.Select(l => $"{l.Name}={l.Value}"))}|{string.Join(';', m.Points)}|{m.Value:R}|{m.Sum:R}|{m.Count:R}")));
}

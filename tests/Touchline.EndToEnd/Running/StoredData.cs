using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb;

namespace Touchline.EndToEnd.Running;

/// <summary>
/// Lays out a data directory as hours of running would have: two sealed blocks and, behind them, a log. Written by the store itself
/// with a clock that jumps, because nobody waits for hours.
/// </summary>
internal sealed class StoredData
{
    private const long RangeMs = 2 * 3_600_000;
    private const int StepMs = 60_000;

    private StoredData(string path, long startMs) => (Path, StartMs) = (path, startMs);

    public string Path { get; }

    /// <summary>The time of the first sample: where the first block begins. The second begins two hours later, the log another two.</summary>
    public long StartMs { get; }

    /// <summary>The newest sample, two hours ago at most.</summary>
    public long EndMs { get; private init; }

    public IReadOnlyList<string> Blocks =>
        [.. Directory.GetDirectories(System.IO.Path.Combine(Path, "blocks")).Order(StringComparer.Ordinal)];

    /// <summary>The segment that holds the newest samples.</summary>
    public string LastSegment => new DirectoryInfo(System.IO.Path.Combine(Path, "wal")).GetFiles("*.wal").OrderBy(f => f.Name).Last(f => f.Length > 1000).FullName;

    /// <summary>Writes <c>stored{series="0"}</c> and <c>stored{series="1"}</c>, a sample a minute, whose value is its minute.</summary>
    public static StoredData Write(string path)
    {
        // Fifty minutes into a block's range, whatever the clock says: the last block was cut an hour and fifty minutes ago, and the log is long.
        const long IntoRangeMs = 50 * 60_000;
        var now = ((DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - IntoRangeMs) / RangeMs * RangeMs) + IntoRangeMs;
        var start = ((now / RangeMs) - 3) * RangeMs;
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(start));
        long end;
        using (var store = TsdbStore.Open(new TsdbOptions { Path = path, BlockRangeMs = RangeMs }, time, NullLogger.Instance))
        {
            Labels[] labels = [Series("0"), Series("1")];
            for (end = start; end + StepMs <= now; end += StepMs)
            {
                time.SetUtcNow(DateTimeOffset.FromUnixTimeMilliseconds(end));
                using var appender = store.OpenAppender();
                foreach (var series in labels)
                {
                    SeriesRef reference = default;
                    Assert.Equal(AppendStatus.Stored, appender.Append(ref reference, series, end, end / StepMs));
                }
                Assert.Equal(CommitStatus.Committed, appender.Commit());
            }
        }
        var data = new StoredData(path, start) { EndMs = end - StepMs };
        Assert.True(data.Blocks.Count >= 2, $"there are {data.Blocks.Count} blocks");
        return data;
    }

    /// <summary>Turns bytes of a file over, from a place on that is given as a share of its length.</summary>
    public static void Damage(string file, double place, int bytes = 16)
    {
        var content = File.ReadAllBytes(file);
        var start = (int)(content.Length * place);
        for (var i = start; i < Math.Min(start + bytes, content.Length); i++)
        {
            content[i] ^= 0xff;
        }
        File.WriteAllBytes(file, content);
    }

    private static Labels Series(string number) => Labels.Of(LabelNames.MetricName, "stored", "series", number);
}

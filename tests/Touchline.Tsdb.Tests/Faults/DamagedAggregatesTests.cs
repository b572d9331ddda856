using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Retention;
using static Touchline.Tsdb.Tests.TestStore;
using MatchType = Touchline.Model.MatchType;

namespace Touchline.Tsdb.Tests.Faults;

/// <summary>A column of aggregates that is damaged costs its rows: nothing else may stand in for what it said.</summary>
public sealed class DamagedAggregatesTests
{
    private const long Minute = 60_000;
    private const int Series = 4;

    [Fact]
    public void Flipped_bits_in_columns_of_aggregates_cost_rows_with_a_warning_and_never_give_a_wrong_value()
    {
        using var store = new TestStore(options =>
        {
            options.RetentionTimeMs = 0;
            options.RetentionPolicies = [new SeriesRetention { Matchers = [], Downsampling = [new Downsampling(Minute, 5 * Minute)] }];
        });
        var random = new Random(5);
        using (var appender = store.Tsdb.OpenAppender())
        {
            var references = new SeriesRef[Series];
            for (var time = T0; time < T0 + (8 * Hour); time += 15_000)
            {
                for (var i = 0; i < Series; i++)
                {
                    // The last series is one of histograms.
                    _ = i < Series - 1
                        ? appender.Append(ref references[i], SeriesLabels("m", i), time, random.Next(1000))
                        : appender.AppendHistogram(ref references[i], SeriesLabels("m", i), time, new NativeHistogram { Count = 1, Sum = random.Next(1000), ZeroCount = 1 });
                }
                Assert.Equal(CommitStatus.Committed, appender.Commit());
            }
        }
        store.Tsdb.RunMaintenance();
        store.Tsdb.RunCompaction();
        var block = store.Tsdb.Status().Blocks[0];
        var path = Path.Combine(store.BlocksDirectory, block.Id, "chunks");
        var bytes = File.ReadAllBytes(path);
        var whole = Enum.GetValues<SampleReading>().ToDictionary(reading => reading, reading => Read(store, reading).Rows);
        var lost = 0;
        for (var at = 16; at < bytes.Length; at += 1 + (bytes.Length / 60))
        {
            store.Reopen(() =>
            {
                var flipped = (byte[])bytes.Clone();
                flipped[at] ^= 4;
                File.WriteAllBytes(path, flipped);
            });
            foreach (var (reading, rows) in whole)
            {
                var (read, warnings) = Read(store, reading);
                Assert.Subset(rows, read);
                Assert.True(read.Count == rows.Count || warnings.Count > 0);
                lost += rows.Count - read.Count;
            }
        }
        Assert.True(lost > 0);
    }

    private static (HashSet<(string Series, long Time, long Bits, long Count)> Rows, IReadOnlyList<string> Warnings) Read(TestStore store, SampleReading reading)
    {
        using var querier = store.Tsdb.OpenQuerier(T0, T0 + (8 * Hour));
        var found = new HashSet<(string, long, long, long)>();
        var rows = new SampleColumns();
        foreach (var series in querier.Select([new LabelMatcher(MatchType.Equal, "__name__", "m")], true, new SelectHints(reading, Hour, Hour), default))
        {
            rows.Clear();
            series.Read(T0, T0 + (8 * Hour), rows);
            for (var row = 0; row < rows.Count; row++)
            {
                var value = rows.HasHistograms && rows.Histograms[row] is { } histogram ? histogram.Sum : rows.Values[row];
                found.Add((series.Labels["i"], rows.Timestamps[row], BitConverter.DoubleToInt64Bits(value), rows.Counts.IsEmpty ? 1 : rows.Counts[row]));
            }
        }
        return (found, querier.Warnings);
    }
}

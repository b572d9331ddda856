using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Touchline.Storage;
using Touchline.Tsdb.CrashWriter;

namespace Touchline.Tsdb.Tests;

public sealed class CrashTests
{
    private const int Rounds = 20;

    [Fact]
    public void Killed_twenty_times_under_load_the_store_loses_nothing_that_was_committed_and_has_no_wrong_value()
    {
        var directory = Directory.CreateTempSubdirectory("touchline-crash-");
        try
        {
            var random = new Random(20);
            var next = 0L;
            for (var round = 0; round < Rounds; round++)
            {
                using (var writer = new WriterProcess(directory.FullName, next))
                {
                    writer.WaitForFirst();
                    Thread.Sleep(random.Next(10, 250));
                    writer.Kill();
                    Assert.True(writer.Acknowledged >= next);
                    next = writer.Acknowledged + 1;
                }
                AssertWritten(directory.FullName, next);
            }
            Assert.True(next > 2 * 600, $"only {next} steps were written: no block was cut");
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    /// <summary>Every confirmed step is there; the one after it may be, whole.</summary>
    private static void AssertWritten(string directory, long steps)
    {
        using var store = TsdbStore.Open(WrittenSamples.Options(directory), TimeProvider.System, NullLogger.Instance);
        Assert.Empty(store.Status().Damage);
        using var querier = store.OpenQuerier(long.MinValue, long.MaxValue);
        var selected = querier.Select([], true, default);
        Assert.Equal(WrittenSamples.Series, selected.Count);
        var counts = new HashSet<int>();
        var rows = new SampleColumns();
        foreach (var series in selected)
        {
            var number = int.Parse(series.Labels["series"], CultureInfo.InvariantCulture);
            rows.Clear();
            series.Read(long.MinValue, long.MaxValue, rows);
            counts.Add(rows.Count);
            for (var row = 0; row < rows.Count; row++)
            {
                if (rows.Timestamps[row] != WrittenSamples.Time(row) || rows.Values[row] != WrittenSamples.Value(number, row))
                {
                    Assert.Fail($"{series.Labels}, step {row}: {rows.Values[row]} at {rows.Timestamps[row]}");
                }
            }
        }
        Assert.InRange(Assert.Single(counts), steps, steps + 1);
        Assert.Empty(querier.Warnings);
    }
}

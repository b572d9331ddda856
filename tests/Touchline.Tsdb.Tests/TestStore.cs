using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Touchline.Model;
using Touchline.Storage;
using MatchType = Touchline.Model.MatchType;

namespace Touchline.Tsdb.Tests;

/// <summary>A store in a directory of its own, with a clock that the test moves. The clock starts at an even block boundary.</summary>
internal sealed class TestStore : IDisposable
{
    public const long Hour = 3_600_000;
    public const long T0 = 1_700_006_400_000; // A multiple of two hours.

    private readonly DirectoryInfo? _own;

    public TestStore(Action<TsdbOptions>? configure = null, string? directory = null)
    {
        if (directory is null)
        {
            _own = Directory.CreateTempSubdirectory("touchline-tsdb-");
        }
        Options = new TsdbOptions { Path = directory ?? _own!.FullName };
        configure?.Invoke(Options);
        Tsdb = TsdbStore.Open(Options, Time, NullLogger.Instance);
    }

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.FromUnixTimeMilliseconds(T0 + (1000 * Hour)));

    public TsdbOptions Options { get; }

    public TsdbStore Tsdb { get; private set; }

    public string WalDirectory => Path.Combine(Options.Path, "wal");

    public string BlocksDirectory => Path.Combine(Options.Path, "blocks");

    /// <summary>Closes the store, lets the test damage what it likes, and opens it again.</summary>
    public void Reopen(Action? meanwhile = null)
    {
        Tsdb.Dispose();
        meanwhile?.Invoke();
        Tsdb = TsdbStore.Open(Options, Time, NullLogger.Instance);
    }

    /// <summary>Closes the store, and opens it again with a logger that may hold it while it loads.</summary>
    public void Reopen(Microsoft.Extensions.Logging.ILogger logger)
    {
        Tsdb.Dispose();
        Tsdb = TsdbStore.OpenLoading(Options, Time, logger);
    }

    /// <summary>Writes one sample a series and step: series i has the value i + step / 10.</summary>
    public void Fill(int series, long from, long to, long step, string name = "m")
    {
        using var appender = Tsdb.OpenAppender();
        var references = new SeriesRef[series];
        for (var time = from; time < to; time += step)
        {
            for (var i = 0; i < series; i++)
            {
                Assert.Equal(AppendStatus.Stored, appender.Append(ref references[i], SeriesLabels(name, i), time, ValueAt(i, time)));
            }
            Assert.Equal(CommitStatus.Committed, appender.Commit());
        }
    }

    public static Labels SeriesLabels(string name, int i) => Labels.Of("__name__", name, "i", $"{i}", "group", $"{i % 3}");

    public static double ValueAt(int series, long time) => series + ((time - T0) / 1000 * 0.1);

    /// <summary>Asserts that the samples of <see cref="Fill"/> are there, these and no others.</summary>
    public void AssertFilled(int series, long from, long to, long step, string name = "m", bool expectWarnings = false)
    {
        using var querier = Tsdb.OpenQuerier(long.MinValue, long.MaxValue);
        var selected = querier.Select([new LabelMatcher(MatchType.Equal, "__name__", name)], true, default);
        Assert.Equal(series, selected.Count);
        var rows = new SampleColumns();
        foreach (var one in selected)
        {
            var i = int.Parse(one.Labels["i"], System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(SeriesLabels(name, i), one.Labels);
            rows.Clear();
            one.Read(long.MinValue, long.MaxValue, rows);
            Assert.Equal((to - from + step - 1) / step, rows.Count);
            for (var row = 0; row < rows.Count; row++)
            {
                var time = from + (row * step);
                if (rows.Timestamps[row] != time || rows.Values[row] != ValueAt(i, time))
                {
                    Assert.Fail($"{one.Labels}, row {row}: {rows.Values[row]} at {rows.Timestamps[row]} instead of {ValueAt(i, time)} at {time}");
                }
            }
        }
        Assert.Equal(expectWarnings, querier.Warnings.Count > 0);
    }

    public void Dispose()
    {
        Tsdb.Dispose();
        _own?.Delete(recursive: true);
    }
}

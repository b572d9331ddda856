using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Exchange;
using Touchline.Tsdb.Prometheus;
using MatchType = Touchline.Model.MatchType;

namespace Touchline.Tsdb.Tests.Exchange;

public sealed class PrometheusExportTests : IDisposable
{
    private const long Hour = TestStore.Hour;
    private const long T0 = TestStore.T0;

    private readonly TestStore _store = new(options => options.RetentionTimeMs = 0);
    private readonly string _target = Directory.CreateTempSubdirectory("touchline-export-").FullName;

    public void Dispose()
    {
        _store.Dispose();
        Directory.Delete(_target, recursive: true);
    }

    [Fact]
    public void Blocks_and_head_are_exported_in_ranges_of_two_hours()
    {
        _store.Fill(3, T0, T0 + (7 * Hour), 60_000);
        _store.Tsdb.RunMaintenance();
        var report = Export();
        Assert.Equal((4, 3 * 7 * 60L), (report.Blocks.Count, report.Samples));
        var metas = report.Blocks.Select(block => PrometheusBlock.ReadMeta(Path.Combine(_target, block))).ToList();
        Assert.Equal([T0, T0 + (2 * Hour), T0 + (4 * Hour), T0 + (6 * Hour)], metas.Select(meta => meta.MinTime));
        Assert.Equal([T0 + (2 * Hour), T0 + (4 * Hour), T0 + (6 * Hour), T0 + (7 * Hour) - 60_000 + 1], metas.Select(meta => meta.MaxTime));
        Assert.Equal(3 * 7 * 60, Read(report).Values.Sum(rows => rows.Count));
    }

    [Fact]
    public void Times_and_selectors_narrow_what_is_exported()
    {
        _store.Fill(3, T0, T0 + (3 * Hour), 60_000);
        var report = Export(
            T0 + Hour, T0 + (2 * Hour), [new LabelMatcher(MatchType.Equal, "i", "1")], [new LabelMatcher(MatchType.Equal, "i", "2")], [new LabelMatcher(MatchType.Equal, "i", "1")]);
        var read = Read(report);
        Assert.Equal(2, read.Count);
        Assert.All(read.Values, rows => Assert.Equal((T0 + Hour, T0 + (2 * Hour)), (rows.Timestamps[0], rows.Timestamps[^1])));
    }

    [Fact]
    public void Nothing_makes_no_block()
    {
        _store.Fill(1, T0, T0 + Hour, 60_000);
        Assert.Empty(Export(T0 + (5 * Hour)).Blocks);
        Assert.Equal(["wal"], Directory.GetFileSystemEntries(_target).Select(Path.GetFileName));
    }

    [Fact]
    public void Directory_of_a_running_server_is_refused()
    {
        var refused = Assert.Throws<ExchangeException>(() => PrometheusExport.Run(Options(), _store.Time, _ => { }, default));
        Assert.Contains("snapshot", refused.Message, StringComparison.Ordinal);
    }

    private ExportReport Export(long minTime = long.MinValue, long maxTime = long.MaxValue, params LabelMatcher[][] selectors)
    {
        ExportReport? report = null;
        _store.Reopen(() => report = PrometheusExport.Run(
            Options() with { MinTimeMs = minTime, MaxTimeMs = maxTime, Selectors = selectors }, _store.Time, _ => { }, default));
        Assert.Empty(report!.Damage);
        return report;
    }

    private PrometheusExportOptions Options() => new() { Source = _store.Options.Path, Target = _target };

    private Dictionary<Labels, SampleColumns> Read(ExportReport report)
    {
        var all = new Dictionary<Labels, SampleColumns>();
        foreach (var name in report.Blocks)
        {
            using var block = PrometheusBlock.Open(Path.Combine(_target, name), damage => Assert.Fail(damage));
            foreach (var series in block.SeriesInOrder(default))
            {
                var labels = block.LabelsOf(series);
                block.Read(series, long.MinValue, long.MaxValue, all.TryGetValue(labels, out var rows) ? rows : all[labels] = new SampleColumns());
            }
        }
        return all;
    }
}

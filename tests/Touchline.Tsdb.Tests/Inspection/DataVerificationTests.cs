using Touchline.Tsdb.Exchange;
using Touchline.Tsdb.Inspection;

namespace Touchline.Tsdb.Tests.Inspection;

public sealed class DataVerificationTests : IDisposable
{
    private const long Hour = TestStore.Hour;
    private const long T0 = TestStore.T0;

    private readonly TestStore _store = new(options => options.RetentionTimeMs = 0);

    public DataVerificationTests()
    {
        _store.Fill(5, T0, T0 + (4 * Hour), 60_000);
        _store.Tsdb.RunMaintenance();
    }

    public void Dispose() => _store.Dispose();

    [Fact]
    public void Whole_directory_has_no_findings_beside_its_server_and_after_it()
    {
        AssertFine(Verify());
        _store.Tsdb.Dispose();
        AssertFine(Verify());

        static void AssertFine(VerifyReport report)
        {
            Assert.Empty(report.Findings);
            Assert.True(report is { Blocks: > 0, Series: > 0, Samples: > 0 });
        }
    }

    [Fact]
    public void Every_flipped_byte_of_a_block_is_found_and_named()
    {
        _store.Tsdb.Dispose();
        var block = Directory.GetDirectories(_store.BlocksDirectory)[0];
        foreach (var file in (string[])["index", "chunks", "meta.json"])
        {
            var path = Path.Combine(block, file);
            var whole = File.ReadAllBytes(path);
            for (var at = 0; at < whole.Length; at += 1 + (whole.Length / 97))
            {
                var bytes = (byte[])whole.Clone();
                bytes[at] ^= 0x11;
                File.WriteAllBytes(path, bytes);
                Assert.Contains(Verify().Findings, finding => finding.File == path && finding.Cost.Length > 0);
            }
            File.WriteAllBytes(path, whole);
        }
        Assert.Empty(Verify().Findings);
    }

    [Fact]
    public void Damaged_chunk_is_named_with_its_place_and_what_it_costs()
    {
        _store.Tsdb.Dispose();
        var path = Path.Combine(Directory.GetDirectories(_store.BlocksDirectory)[0], "chunks");
        var bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 1;
        File.WriteAllBytes(path, bytes);
        var report = Verify();
        Assert.All(report.Findings, finding => Assert.Equal(path, finding.File));
        Assert.Contains(report.Findings, finding => finding.Offset > 0 && finding.Cost.Contains("samples of m{", StringComparison.Ordinal));
    }

    [Fact]
    public void Missing_file_costs_the_block()
    {
        _store.Tsdb.Dispose();
        var block = Directory.GetDirectories(_store.BlocksDirectory)[0];
        File.Delete(Path.Combine(block, "index"));
        var finding = Assert.Single(Verify().Findings);
        Assert.Equal(Path.Combine(block, "index"), finding.File);
        Assert.Contains("the whole block: ", finding.Cost, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_stretch_of_the_log_is_named_and_a_torn_tail_is_only_noted()
    {
        _store.Fill(5, T0 + (4 * Hour), T0 + (5 * Hour), 60_000);
        // As after a kill: nothing is sealed at the end.
        var copy = Directory.CreateTempSubdirectory("touchline-verify-").FullName;
        var wal = Directory.CreateDirectory(Path.Combine(copy, "wal")).FullName;
        Directory.CreateDirectory(Path.Combine(copy, "blocks"));
        var segment = Directory.GetFiles(_store.WalDirectory, "*.wal").MaxBy(file => new FileInfo(file).Length)!;
        var bytes = new byte[new FileInfo(segment).Length];
        using (var open = new FileStream(segment, FileMode.Open, FileAccess.Read, FileShare.ReadWrite))
        {
            open.ReadExactly(bytes);
        }
        var path = Path.Combine(wal, Path.GetFileName(segment));
        File.WriteAllBytes(path, bytes[..^3]);
        var torn = DataVerification.Run(copy, _ => { }, default);
        // Labels of its series are in files that were not copied.
        Assert.DoesNotContain(torn.Findings, finding => finding.File == path);
        Assert.Contains(path, Assert.Single(torn.Notes), StringComparison.Ordinal);
        // Nor is it damage where the next start was killed at its first step.
        File.WriteAllBytes(Path.Combine(wal, "00000099.wal"), []);
        Assert.DoesNotContain(DataVerification.Run(copy, _ => { }, default).Findings, finding => finding.File == path);
        File.Delete(Path.Combine(wal, "00000099.wal"));

        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(path, bytes);
        var damaged = Assert.Single(DataVerification.Run(copy, _ => { }, default).Findings, finding => finding.File == path);
        Assert.Equal(path, damaged.File);
        Assert.InRange(damaged.Offset!.Value, 1, bytes.Length / 2);
        Directory.Delete(copy, recursive: true);
    }

    [Fact]
    public void What_is_no_data_directory_is_refused() =>
        Assert.Throws<ExchangeException>(() => DataVerification.Run(Path.Combine(_store.Options.Path, "blocks"), _ => { }, default));

    [Fact]
    public void Analysis_adds_up()
    {
        _store.Tsdb.Dispose();
        var report = DataAnalysis.Run(_store.Options.Path, 10, default);
        Assert.Equal(BlockList.Of(_store.Options.Path).Sum(block => block.Samples), report.Samples);
        Assert.Equal(report.Samples, report.MetricsByBytes.Sum(metric => metric.Samples));
        Assert.Equal(report.ValueBytes, report.CodecsByBytes.Sum(codec => codec.Bytes));
        Assert.Equal(report.Blocks.Sum(block => block.Bytes), report.ValueBytes + report.TimeBytes + report.IndexBytes);
        Assert.Equal(("m", 5L), Assert.Single(report.MetricsBySeries) is var metric ? (metric.Name, metric.Count) : default);
        Assert.Contains(report.LabelsByValues, label => label is { Name: "i", Count: 5 });
        Assert.Empty(report.PairsByChurn);
    }

    private VerifyReport Verify() => DataVerification.Run(_store.Options.Path, _ => { }, default);
}

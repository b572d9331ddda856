using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Inspection;
using static Touchline.Tsdb.Tests.TestStore;

namespace Touchline.Tsdb.Tests.Blocks;

/// <summary>A block that is lost as a whole is noticed and named; a block that goes as it should is not.</summary>
public sealed class BlockRegisterTests : IDisposable
{
    private const long Minute = 60_000;

    private readonly TestStore _store = new(options => options.RetentionTimeMs = 100 * Hour);

    public BlockRegisterTests()
    {
        _store.Fill(5, T0, T0 + (8 * Hour), Minute);
        _store.Tsdb.RunMaintenance();
    }

    private string RegisterPath => Path.Combine(_store.Options.Path, BlockRegister.Name);

    public void Dispose() => _store.Dispose();

    [Fact]
    public void Lost_block_is_named_at_each_start_and_the_rest_is_served()
    {
        var lost = BlockDirectories()[1];
        var aside = Path.Combine(_store.Options.Path, "aside");
        _store.Reopen(() => Directory.Move(lost, aside));
        for (var start = 0; start < 2; start++)
        {
            var damage = Assert.Single(_store.Tsdb.Status().Damage);
            Assert.StartsWith($"{lost}: the whole block is missing, with its samples from 2023-11-15 02:00:00Z to 2023-11-15 04:00:00Z", damage, StringComparison.Ordinal);
            _store.Fill(5, T0 + (8 * Hour) + (start * Hour), T0 + (9 * Hour) + (start * Hour), Minute);
            _store.Tsdb.RunMaintenance();
            _store.Tsdb.RunCompaction();
            _store.Reopen();
        }
        _store.Reopen(() => Directory.Move(aside, lost));
        Assert.Empty(_store.Tsdb.Status().Damage);
        _store.AssertFilled(5, T0, T0 + (10 * Hour), Minute);
        _store.Reopen();
        Assert.Empty(_store.Tsdb.Status().Damage);
    }

    [Fact]
    public void Loss_of_all_blocks_with_their_directory_is_named()
    {
        var lost = BlockDirectories();
        _store.Reopen(() => Directory.Delete(_store.BlocksDirectory, recursive: true));
        Assert.Equal(lost.Order(), _store.Tsdb.Status().Damage.Select(damage => damage[..damage.IndexOf(':', StringComparison.Ordinal)]).Order());
    }

    [Fact]
    public void Lost_block_is_no_longer_missed_where_the_register_is_deleted_or_once_it_would_be_too_old()
    {
        _store.Reopen(() => Directory.Delete(BlockDirectories()[0], recursive: true));
        Assert.Single(_store.Tsdb.Status().Damage);
        _store.Reopen(() => File.Delete(RegisterPath));
        Assert.Empty(_store.Tsdb.Status().Damage);
        _store.Reopen(() => Directory.Delete(BlockDirectories()[0], recursive: true));
        Assert.Single(_store.Tsdb.Status().Damage);
        _store.Fill(5, T0 + (8 * Hour), T0 + (120 * Hour), 10 * Minute);
        _store.Tsdb.RunMaintenance();
        _store.Reopen();
        Assert.Empty(_store.Tsdb.Status().Damage);
    }

    [Fact]
    public void Blocks_that_were_compacted_or_grew_too_old_are_not_missed_even_if_the_register_still_has_them()
    {
        var before = File.ReadAllBytes(RegisterPath);
        _store.Tsdb.RunCompaction();
        _store.Reopen();
        Assert.Empty(_store.Tsdb.Status().Damage);
        _store.Reopen(() => File.WriteAllBytes(RegisterPath, before));
        Assert.Empty(_store.Tsdb.Status().Damage);
        _store.Fill(5, T0 + (8 * Hour), T0 + (120 * Hour), 10 * Minute);
        _store.Tsdb.RunMaintenance();
        Assert.True(_store.Tsdb.Status().Blocks[0].MinTimeMs > T0);
        _store.Reopen();
        Assert.Empty(_store.Tsdb.Status().Damage);
    }

    [Fact]
    public void Block_that_goes_from_the_disk_while_it_is_served_is_named()
    {
        var lost = BlockDirectories()[1];
        Directory.Delete(lost, recursive: true);
        _store.Tsdb.RunMaintenance();
        Assert.StartsWith(lost, Assert.Single(_store.Tsdb.Status().Damage), StringComparison.Ordinal);
        _store.AssertFilled(5, T0, T0 + (8 * Hour), Minute);
        _store.Reopen();
        Assert.StartsWith(lost, Assert.Single(_store.Tsdb.Status().Damage), StringComparison.Ordinal);
    }

    [Fact]
    public void Block_of_a_sealed_head_is_missed_too()
    {
        _store.Options.SealHeadFromLogBytes = 1;
        _store.Reopen();
        var known = BlockDirectories();
        _store.Fill(5, T0 + (8 * Hour), T0 + (9 * Hour), Minute);
        var sealedBlock = "";
        _store.Reopen(() => Directory.Delete(sealedBlock = BlockDirectories().Except(known).Last(), recursive: true));
        Assert.StartsWith(sealedBlock, Assert.Single(_store.Tsdb.Status().Damage), StringComparison.Ordinal);
    }

    [Fact]
    public void Verification_names_the_lost_block_of_a_directory_and_of_a_snapshot()
    {
        var snapshot = Path.Combine(_store.Options.Path, "snapshots", _store.Tsdb.Snapshot(skipHead: false, default));
        Assert.Empty(Findings(_store.Options.Path));
        Assert.Empty(Findings(snapshot));
        foreach (var root in (string[])[_store.Options.Path, snapshot])
        {
            var lost = Directory.GetDirectories(Path.Combine(root, "blocks")).Order().First();
            Directory.Delete(lost, recursive: true);
            var finding = Assert.Single(Findings(root));
            Assert.Equal(lost, finding.File);
            Assert.StartsWith("the whole block is missing", finding.Problem, StringComparison.Ordinal);
        }

        static IReadOnlyList<VerifyFinding> Findings(string root) => DataVerification.Run(root, _ => { }, default).Findings;
    }

    [Fact]
    public void Damaged_register_is_named_and_made_anew()
    {
        _store.Reopen(() =>
        {
            var bytes = File.ReadAllBytes(RegisterPath);
            bytes[^6] ^= 1;
            File.WriteAllBytes(RegisterPath, bytes);
            Assert.Equal(RegisterPath, Assert.Single(DataVerification.Run(_store.Options.Path, _ => { }, default).Findings).File);
        });
        Assert.StartsWith($"{RegisterPath}: its checksum is wrong", Assert.Single(_store.Tsdb.Status().Damage), StringComparison.Ordinal);
        _store.Reopen();
        Assert.Empty(_store.Tsdb.Status().Damage);
    }

    private List<string> BlockDirectories() => [.. Directory.GetDirectories(_store.BlocksDirectory).OrderBy(path => RegisteredBlock.OfDirectory(path).MinTimeMs)];
}

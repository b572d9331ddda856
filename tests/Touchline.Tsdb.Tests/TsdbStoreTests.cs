using Touchline.Model;
using Touchline.Storage;
using static Touchline.Tsdb.Tests.TestStore;

namespace Touchline.Tsdb.Tests;

public sealed class TsdbStoreTests
{
    [Fact]
    public void Samples_are_there_after_a_restart_and_more_can_be_appended()
    {
        using var store = new TestStore();
        store.Fill(20, T0, T0 + Hour, 15_000);
        store.Reopen();
        store.AssertFilled(20, T0, T0 + Hour, 15_000);
        store.Fill(20, T0 + Hour, T0 + Hour + 600_000, 15_000);
        store.Reopen();
        store.AssertFilled(20, T0, T0 + Hour + 600_000, 15_000);
        Assert.Empty(store.Tsdb.Status().Damage);
    }

    [Fact]
    public void Head_past_one_and_a_half_ranges_becomes_a_block_and_queries_see_both()
    {
        using var store = new TestStore();
        store.Fill(20, T0, T0 + (3 * Hour) + 30_000, 15_000);
        store.Tsdb.RunMaintenance();
        var status = store.Tsdb.Status();
        var block = Assert.Single(status.Blocks);
        Assert.Equal((T0, T0 + (2 * Hour), 20, 20 * 480), (block.MinTimeMs, block.MaxTimeMs, block.Series, block.Samples));
        Assert.Equal(T0 + (2 * Hour), status.HeadMinTimeMs);
        Assert.Null(status.MaintenanceFailure);
        store.AssertFilled(20, T0, T0 + (3 * Hour) + 30_000, 15_000);
        store.Reopen();
        store.AssertFilled(20, T0, T0 + (3 * Hour) + 30_000, 15_000);
        Assert.Empty(store.Tsdb.Status().Damage);
    }
}

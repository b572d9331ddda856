using Microsoft.Extensions.Logging.Abstractions;
using Touchline.Model;
using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Retention;
using static Touchline.Tsdb.Tests.TestStore;
using MatchType = Touchline.Model.MatchType;

namespace Touchline.Tsdb.Tests.Retention;

public sealed class PolicyRewriteTests
{
    private const long Minute = 60_000;

    [Fact]
    public void Block_stays_due_where_its_rewrite_failed()
    {
        using var store = new TestStore(options => options.RetentionTimeMs = 0);
        store.Fill(3, T0, T0 + (4 * Hour), Minute);
        store.Tsdb.RunMaintenance();
        store.Reopen(() =>
        {
            var table = new RetentionTable([new SeriesRetention { Matchers = [], Downsampling = [new Downsampling(Hour, 5 * Minute)] }], 0);
            var rewrite = new PolicyRewrite(() => table, () => T0 + (10 * Hour));
            using var catalog = BlockCatalog.Open(store.BlocksDirectory, _ => { }, _ => { }, NullLogger.Instance);
            var block = catalog.Blocks[0];
            Assert.True(rewrite.IsDue(block));
            var merged = block.Meta with { Ulid = "", Replaces = [block.Meta.Ulid] };
            // Begun, and never finished: the disk was full, say.
            rewrite.Begin(merged, (_, _) => { });
            Assert.True(rewrite.IsDue(block));
        });
    }

    [Fact]
    public void Block_without_a_series_that_a_policy_changes_is_not_due()
    {
        using var store = new TestStore(options => options.RetentionTimeMs = 0);
        store.Fill(3, T0, T0 + (4 * Hour), Minute);
        store.Tsdb.RunMaintenance();
        store.Reopen(() =>
        {
            bool IsDue(long age, params LabelMatcher[] matchers)
            {
                var table = new RetentionTable([new SeriesRetention { Matchers = matchers, KeepForMs = Hour }], 0);
                using var catalog = BlockCatalog.Open(store.BlocksDirectory, _ => { }, _ => { }, NullLogger.Instance);
                return new PolicyRewrite(() => table, () => catalog.Blocks[0].Meta.MaxTimeMs + age).IsDue(catalog.Blocks[0]);
            }
            Assert.True(IsDue(Hour, new LabelMatcher(MatchType.Equal, "i", "1")));
            Assert.False(IsDue(Hour - 1, new LabelMatcher(MatchType.Equal, "i", "1")));
            Assert.False(IsDue(Hour, new LabelMatcher(MatchType.Equal, "i", "7")));
            Assert.True(IsDue(Hour));
        });
    }
}

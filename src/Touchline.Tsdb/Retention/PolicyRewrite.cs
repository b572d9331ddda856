using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Aggregates;
using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Compaction;
using Touchline.Tsdb.Index;
using MatchType = Touchline.Model.MatchType;

namespace Touchline.Tsdb.Retention;

/// <summary>Applies retention policies where blocks are written anew, and says which are worth it. On the compaction thread only.</summary>
/// <param name="table">The policies in force, which may change from call to call.</param>
/// <param name="nowMs">From where age counts: see <see cref="RetentionOrigin"/>.</param>
internal sealed class PolicyRewrite(Func<RetentionTable> table, Func<long> nowMs) : IBlockRewrite
{
    /// <summary>For which policies and cuts nothing is to be done to a block, by its name; or by what it replaces, as long as it has no name yet.</summary>
    private readonly Dictionary<string, (RetentionTable Table, string Cuts)> _settled = new(StringComparer.Ordinal);

    public bool IsDue(Block block)
    {
        var policies = table();
        var cuts = CutsOf(policies, block.Meta);
        if (cuts.TrueForAll(one => one.DoNothing))
        {
            return false;
        }
        var stage = (policies, string.Join(';', cuts));
        if (IsSettled(block.Meta.Ulid, stage) || IsSettled(KeyOf(block.Meta.Replaces), stage))
        {
            return false;
        }
        if (IsDue(block, policies, cuts))
        {
            return true;
        }
        Settle(block.Meta.Ulid, stage);
        return false;
    }

    public ISeriesRewrite Begin(BlockMeta merged, Action<Labels, SampleColumns> write)
    {
        var policies = table();
        // Whatever this rewrite leaves undone, the next one would too.
        Settle(KeyOf(merged.Replaces), (policies, string.Join(';', CutsOf(policies, merged))));
        return new SeriesRewrite(policies, merged, nowMs(), write);
    }

    private static bool IsDue(Block block, RetentionTable policies, List<RetentionCuts> cuts)
    {
        var taken = Array.Empty<uint>();
        var chunks = new List<ChunkMeta>();
        var byResolution = ByResolution(block);
        for (var i = 0; i < cuts.Count; i++)
        {
            var all = SeriesSelection.Select(block.Index, policies.Policies[i].Matchers, CancellationToken.None);
            var own = Postings.Subtract(all, taken, CancellationToken.None);
            taken = Postings.Union([taken, own], CancellationToken.None);
            if (cuts[i].DoNothing)
            {
                continue;
            }
            foreach (var (resolution, members) in byResolution)
            {
                var through = cuts[i].ThroughFor(resolution);
                foreach (var number in Postings.Intersect(own, members, CancellationToken.None))
                {
                    chunks.Clear();
                    block.Index.ChunksOf(number, long.MinValue, through, chunks);
                    if (chunks.Count > 0)
                    {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /// <summary>The numbers of the block's series, apart by resolution; 0 are those of samples.</summary>
    private static List<(long ResolutionMs, uint[] Members)> ByResolution(Block block)
    {
        var samples = block.Index.AllSeries();
        var found = new List<(long, uint[])>();
        if (block.Meta.ResolutionMs > 0)
        {
            foreach (var value in block.Index.ValuesOf(AggregateLabel.Name))
            {
                var members = value.Series();
                if (AggregateLabel.TryRemove(Labels.Of(AggregateLabel.Name, value.Value), out _, out var resolution, out _))
                {
                    found.Add((resolution, members));
                }
                samples = Postings.Subtract(samples, members, CancellationToken.None);
            }
        }
        found.Add((0, samples));
        return found;
    }

    private List<RetentionCuts> CutsOf(RetentionTable policies, BlockMeta block)
    {
        var now = nowMs();
        return [.. policies.Policies.Select(policy => RetentionTable.CutsOf(policy, block.MinTimeMs, block.MaxTimeMs, now))];
    }

    // Not the name of a block, also where it replaces only one: that one stays due until it is really replaced.
    private static string KeyOf(IReadOnlyList<string>? replaces) => "instead of " + string.Join(", ", replaces ?? []);

    private bool IsSettled(string key, (RetentionTable, string) stage) => _settled.TryGetValue(key, out var settled) && settled == stage;

    private void Settle(string key, (RetentionTable, string) stage)
    {
        // Blocks come and go slowly; those that went are forgotten all at once.
        if (_settled.Count > 10_000)
        {
            _settled.Clear();
        }
        _settled[key] = stage;
    }
}

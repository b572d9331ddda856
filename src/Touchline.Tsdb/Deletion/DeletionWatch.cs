using Touchline.Model;
using Touchline.Tsdb.Blocks;

namespace Touchline.Tsdb.Deletion;

/// <summary>What was deleted since a copy of samples was begun.</summary>
internal sealed class DeletionWatch(Deletions deletions) : IDisposable
{
    private readonly List<(IReadOnlyList<LabelMatcher> Matchers, TimeInterval Interval)> _since = [];

    /// <summary>Lets the copy become visible, while nothing is deleted; it is to apply the given action to it first.</summary>
    public T Publish<T>(Func<Action<Block>, T> publication) => deletions.Exclusively(() => publication(ApplyTo));

    public void Dispose() => deletions.Forget(this);

    internal void Add(IReadOnlyList<LabelMatcher> matchers, TimeInterval interval) => _since.Add((matchers, interval));

    private void ApplyTo(Block block)
    {
        foreach (var (matchers, interval) in _since)
        {
            Deletions.DeleteFromBlock(block, matchers, interval, CancellationToken.None);
        }
    }
}

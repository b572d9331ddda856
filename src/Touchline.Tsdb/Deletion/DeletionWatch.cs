using Touchline.Model;
using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Deletion;

/// <summary>What was deleted since a copy of samples was begun.</summary>
internal sealed class DeletionWatch(Deletions deletions) : IDisposable
{
    private readonly List<(IReadOnlyList<LabelMatcher> Matchers, TimeInterval Interval)> _since = [];

    /// <summary>Lets the copy become a block, while nothing is deleted; the given action is to be applied to its directory before it has its name.</summary>
    public T Publish<T>(Func<Action<string>, T> publication) => deletions.Exclusively(() => publication(ApplyTo));

    public void Dispose() => deletions.Forget(this);

    internal void Add(IReadOnlyList<LabelMatcher> matchers, TimeInterval interval) => _since.Add((matchers, interval));

    private void ApplyTo(string directory)
    {
        if (_since.Count == 0)
        {
            return;
        }
        var block = Block.Open(directory, (_, damage) => throw new CorruptDataException(damage));
        try
        {
            foreach (var (matchers, interval) in _since)
            {
                Deletions.DeleteFromBlock(block, matchers, interval, CancellationToken.None);
            }
        }
        finally
        {
            block.Release();
        }
    }
}

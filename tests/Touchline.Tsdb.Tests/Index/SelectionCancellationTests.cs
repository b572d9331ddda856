using Touchline.Model;
using Touchline.Tsdb.Index;
using MatchType = Touchline.Model.MatchType;

namespace Touchline.Tsdb.Tests.Index;

/// <summary>What a cancelled selection still does is counted, not timed.</summary>
public sealed class SelectionCancellationTests
{
    private const int CancelledAt = 10_000;

    [Theory]
    [InlineData(MatchType.RegexMatch, ".*[0-9]5")]
    [InlineData(MatchType.RegexNoMatch, ".*[0-9]5")]
    [InlineData(MatchType.NotEqual, "")]
    public void A_cancelled_selection_tries_few_values_more(MatchType type, string value)
    {
        using var caller = new CancellationTokenSource();
        var index = new ManyValues(caller);

        Assert.ThrowsAny<OperationCanceledException>(() => SeriesSelection.Select(index, [new LabelMatcher(type, "l", value)], caller.Token));

        Assert.InRange(index.Walked, CancelledAt, CancelledAt + 256);
    }

    /// <summary>An index with a million values of a label, whose caller gives up at one of them.</summary>
    private sealed class ManyValues(CancellationTokenSource caller) : ILabelIndex, ILabelValueSource
    {
        public bool EverySeriesHas(string name) => false;

        public int CountOf(string name, string value) => SeriesWith(name, value).Length;

        public int Walked { get; private set; }

        public uint[] AllSeries() => [0];

        public IReadOnlyList<string> LabelNames() => ["l"];

        public uint[] SeriesWith(string name, string value) => [];

        public uint[] SeriesAt(uint position) => [position];

        public IEnumerable<LabelValue> ValuesOf(string name)
        {
            for (uint i = 0; i < 1_000_000; i++)
            {
                if (++Walked == CancelledAt)
                {
                    caller.Cancel();
                }
                yield return new LabelValue($"value {i}", this, i);
            }
        }
    }
}

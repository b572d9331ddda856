using System.Collections.Frozen;
using Touchline.Model;
using Touchline.Storage;
using MatchType = Touchline.Model.MatchType;

namespace Touchline.Tsdb.Aggregates;

/// <summary>Matchers that series without columns pass, and of the columns those that a reading needs.</summary>
internal static class AggregateColumnMatchers
{
    private static readonly FrozenDictionary<SampleReading, LabelMatcher> ByReading =
        Enum.GetValues<SampleReading>().ToFrozenDictionary(reading => reading, Make);

    public static LabelMatcher Of(SampleReading reading) => ByReading[reading];

    private static LabelMatcher Make(SampleReading reading)
    {
        var names = string.Join('|', AggregateReadings.Columns(reading).ToArray().Select(AggregateLabel.NameOf));
        return new LabelMatcher(MatchType.RegexMatch, AggregateLabel.Name, $"(.*/({names}))?");
    }
}
